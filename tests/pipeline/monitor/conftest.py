"""Signing in without a password."""

from tests.pages import admin_user

__all__ = ["admin_user"]
