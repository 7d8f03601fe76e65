"""Time zones to choose from in a form."""

from zoneinfo import available_timezones

from django import forms


def zone_names() -> list[str]:
    """Return the zones that are named after places, in order."""
    return sorted(
        name
        for name in available_timezones()
        if "/" in name and not name.startswith("Etc/")
    )


def zone_input() -> forms.TextInput:
    """Return a field for a zone; the page has the names in the list `time-zones`."""
    return forms.TextInput(
        attrs={"list": "time-zones", "autocomplete": "off", "spellcheck": "false"}
    )
