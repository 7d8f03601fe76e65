"""How a setting says what becomes of a page that asks something."""

from django.core.exceptions import ImproperlyConfigured

RULES = ("ignore", "mark", "refuse")


def rule(name: str, value: str) -> str:
    """Return the rule. Raises ImproperlyConfigured for what is none."""
    if value not in RULES:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; use one of {', '.join(RULES)}."
        )
    return value
