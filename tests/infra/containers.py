"""The containers of docker-compose.yml with something laid over it, for tests that need Docker."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.waiting import wait_until

CHECKOUT = Path(__file__).parents[2]
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if not name.startswith("FETCH_")
}
ENVIRONMENT |= {"COMPOSE_PROJECT_NAME": "gleaner-test"}
STATE = "{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}"


class Containers:
    """One set of compose files, and what it can be asked; `settings` go into the environment of the
    files."""

    def __init__(self, *overrides: str, **settings: str) -> None:
        self._files = [
            word for file in ("docker-compose.yml", *overrides) for word in ("-f", file)
        ]
        self._environment = {**ENVIRONMENT, **settings}

    def compose(self, *words: str, check: bool = True) -> str:
        """What `docker compose WORDS` prints, by whichever Compose there is.

        Raises CalledProcessError.
        """
        command = (
            ["docker-compose"]
            if shutil.which("docker-compose")
            else ["docker", "compose"]
        )
        done = subprocess.run(
            [*command, *self._files, "--profile", "sample", *words],
            cwd=CHECKOUT,
            env=self._environment,
            capture_output=True,
            text=True,
        )
        if check and done.returncode:
            print(done.stdout[-2000:], done.stderr[-2000:])
            done.check_returncode()
        return done.stdout

    def up(self, **scale: int) -> None:
        """Start everything with so many containers of each worker service, and waits until all of
        it is healthy."""
        scales = [
            word
            for stage, n in scale.items()
            for word in ("--scale", f"worker-{stage}={n}")
        ]
        self.compose("up", "-d", "--remove-orphans", *scales)
        wait_until(self._healthy, 300, "for all containers to be healthy")

    def down(self) -> None:
        """Stop everything and removes its data."""
        self.compose("down", "--volumes", "--remove-orphans", check=False)

    def _healthy(self) -> bool:
        time.sleep(1)
        ids = self.compose("ps", "-q").split()
        states = subprocess.run(
            ["docker", "inspect", "-f", STATE, *ids], capture_output=True, text=True
        ).stdout.split()
        return bool(states) and set(states) <= {"healthy", "exited"}

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query."""
        statement = f"SELECT coalesce(json_agg(wrapped), '[]') FROM ({query}) wrapped"
        told = self.compose(
            "exec",
            "-T",
            "postgres",
            "psql",
            "-U",
            "gleaner",
            "-d",
            "gleaner",
            "-tAc",
            statement,
        )
        found: list[dict[str, Any]] = json.loads(told)
        return found

    def launch(self, addresses: list[str]) -> int:
        """Start a run and returns its number once it is over."""
        told = self.compose(
            "exec", "-T", "web", "python", "manage.py", "crawl", *addresses, "--json"
        )
        return int(json.loads(told.splitlines()[-1])["run"])
