"""Static files, found once for all clients of a test process."""

from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware


def share_static_files() -> None:
    """Let whitenoise look through the folders of static files once.

    Every client of a test loads the middleware anew, and with it looked through all of them.
    """
    find = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, dict[str, Any]] = {}

    def add_files(middleware: Any) -> None:
        prefix = middleware.static_prefix
        if prefix not in found:
            find(middleware)
            found[prefix] = dict(middleware.files)
        middleware.files.update(found[prefix])

    WhiteNoiseMiddleware.add_files_from_finders = add_files
