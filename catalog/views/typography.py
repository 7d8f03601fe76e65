"""How the reader sets an article: width, size and face of the type, kept in a cookie."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _

COOKIE = "type"
COOKIE_SECONDS = 365 * 86_400
WIDTHS = {"narrow": _("Narrow"), "medium": _("Medium"), "wide": _("Wide")}
SIZES = {"s": _("Small"), "m": _("Medium"), "l": _("Large"), "xl": _("Very large")}
FACES = {"serif": _("Serif"), "sans": _("Sans"), "mono": _("Mono")}


@dataclass(frozen=True, slots=True)
class Typography:
    """One value of WIDTHS, SIZES and FACES each."""

    width: str = "medium"
    size: str = "m"
    face: str = "serif"

    @property
    def cookie(self) -> str:
        """The values as the cookie keeps them."""
        return f"{self.width}.{self.size}.{self.face}"

    @property
    def choices(self) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
        """Return (name, label, [(value, label, whether it is chosen)]) for the form."""
        groups = (
            ("width", _("Width"), WIDTHS, self.width),
            ("size", _("Size"), SIZES, self.size),
            ("face", _("Font"), FACES, self.face),
        )
        return [
            (
                name,
                label,
                [(value, text, value == chosen) for value, text in all_.items()],
            )
            for name, label, all_, chosen in groups
        ]


def typography(request: HttpRequest) -> Typography:
    """Return what the page's address asks for, else what the browser remembers."""
    kept = (request.COOKIES.get(COOKIE, "") + "...").split(".")
    default = Typography()
    return Typography(
        _known(WIDTHS, request.GET.get("width"), kept[0], default.width),
        _known(SIZES, request.GET.get("size"), kept[1], default.size),
        _known(FACES, request.GET.get("face"), kept[2], default.face),
    )


def _known(values: dict[str, str], *wanted: str | None) -> str:
    """Return the first of these that is a value."""
    return next(each for each in wanted if each in values)


def remember(request: HttpRequest, response: HttpResponse, chosen: Typography) -> None:
    """Keep what the address asked for."""
    if {"width", "size", "face"} & request.GET.keys():
        response.set_cookie(
            COOKIE,
            chosen.cookie,
            max_age=COOKIE_SECONDS,
            samesite="Lax",
            secure=request.is_secure(),
        )
