"""Signing in without a password."""

from tests.pages import admin_user
from tests.people import read_once

__all__ = ["admin_user", "read_once"]
