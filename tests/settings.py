"""The product's settings, never pointed at this checkout's running stack: tests purge queues."""

import os

os.environ["GLEANER_ENV"] = os.devnull

from myworld.settings import *  # noqa: F403

# Others take a third of a second of CPU for a password, as they are meant to
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
