"""The web process keeps what it loaded out of the search for garbage."""

import os
import subprocess
import sys

TOLD = "import myworld.wsgi, gc, sys; print('pipeline.views' in sys.modules, gc.get_freeze_count())"


def test_what_the_web_process_loaded_is_not_looked_through_for_garbage() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run([sys.executable, "-c", TOLD], capture_output=True, text=True, env=environment, check=True)
    views, frozen = done.stdout.split()[-2:]
    assert views == "True"
    assert int(frozen) > 50_000
