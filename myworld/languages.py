"""The languages of the pages."""

from django.core.exceptions import ImproperlyConfigured

LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("ja", "日本語"),
]


def known_language(code: str) -> str:
    """Return the code of a language. Raises ImproperlyConfigured where pages do not have it."""
    known = [each for each, _ in LANGUAGES]
    if code not in known:
        raise ImproperlyConfigured(
            f"LANGUAGE_CODE is {code!r}; use one of {', '.join(known)}."
        )
    return code
