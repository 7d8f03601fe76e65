"""A mail server for tests of what is sent by mail."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.pipeline.servers import MailServer


@pytest.fixture
def mails(settings: Any) -> Iterator[MailServer]:
    """The server that the product sends to, and what it has received."""
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_URL_SET = True
        settings.BASE_URL = "https://gleaner.example/"
        yield server
