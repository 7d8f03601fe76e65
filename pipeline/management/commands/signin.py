"""`manage.py signin`: prints a link that signs its reader in, for a day."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.urls import reverse
from sesame.utils import get_query_string

from pipeline.access.addresses import public_url
from pipeline.access.roles import Role, set_role


class Command(BaseCommand):
    help = "Prints a sign-in link for a user, who is made where there is none yet."
    requires_system_checks = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", default="owner")
        parser.add_argument(
            "--role",
            choices=Role.labels,
            help="what the user may do; of a new user: admin",
        )
        parser.add_argument(
            "--base", default="", help="where the pages are; else as BASE_URL says"
        )

    def handle(
        self, *args: Any, user: str, role: str | None, base: str, **options: Any
    ) -> None:
        person, made = get_user_model().objects.get_or_create(username=user)
        if made:
            person.set_unusable_password()
            person.save(update_fields=["password"])
        if made or role:
            set_role(person, Role[(role or Role.ADMIN.label).upper()])
        page = public_url(reverse("signin"), base)
        self.stdout.write(page + get_query_string(person))
