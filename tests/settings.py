"""The product's settings, never pointed at this checkout's running stack: tests purge queues."""

import os

os.environ["GLEANER_ENV"] = os.devnull

from myworld.settings import *  # noqa: F403
