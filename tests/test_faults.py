"""A few faults on a small blog: what `make chaos` does at length."""

import json
import subprocess
import sys

import pytest

from infra.local.stack import CHECKOUT

SEED = "2245"  # early in a run, at a sixth and at three quarters of it
FAULTS = ["kill-extract-group", "broker-killed", "database-immediate"]


@pytest.mark.servers
@pytest.mark.broker
def test_runs_end_right_whatever_is_killed_meanwhile() -> None:
    command = [
        sys.executable,
        "-m",
        "tools.chaos",
        "--faults",
        ",".join(FAULTS),
        "--runs",
        str(len(FAULTS)),
    ]

    done = subprocess.run(
        [*command, "--posts", "20", "--seed", SEED, "--listen-every", "15"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=1800,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["right"] == len(FAULTS)
