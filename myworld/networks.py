"""Networks named in settings."""

from ipaddress import IPv4Network, IPv6Network, ip_network

from django.core.exceptions import ImproperlyConfigured


def network(text: str, setting: str) -> IPv4Network | IPv6Network:
    """Return a network such as 10.0.0.0/8, or that of one address.

    Raises ImproperlyConfigured, which names the setting, for anything else.
    """
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        raise ImproperlyConfigured(
            f"{setting}: {text!r} is no address or network such as 10.0.0.0/8."
        ) from None
