"""Where RabbitMQ is on this machine, and how it gets there."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from infra.local.process import LocalError

# Debian's command on PATH only runs as the rabbitmq user, on that user's data: the real one lies in
# lib.
WRAPPER = "rabbitmq-script-wrapper"
SERVERS = (
    "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server",
    "/usr/local/opt/rabbitmq/sbin/rabbitmq-server",
    "/opt/rabbitmq/sbin/rabbitmq-server",
)
EPMDS = (
    "/usr/bin/epmd",
    "/usr/lib/erlang/bin/epmd",
    "/opt/homebrew/bin/epmd",
    "/usr/local/bin/epmd",
)
WAYS_ON = (
    "RabbitMQ is not installed and cannot be installed from here ({why}). Three ways on: "
    "install the package rabbitmq-server; set BROKER_HOST (and RABBITMQ_DEFAULT_USER, _PASS, _VHOST) "
    "to a broker of yours; or run `docker compose up`."
)
_installing = threading.Lock()


def find_server() -> Path:
    """Return the rabbitmq-server command, installed if need be. Raises LocalError naming the ways
    on."""
    with _installing:
        return _server() or _install()


def find_epmd() -> Path:
    """Erlang's name service, which comes with every RabbitMQ. Raises LocalError if it is
    nowhere."""
    found = next(
        (
            path
            for path in (shutil.which("epmd"), *EPMDS)
            if path and Path(path).exists()
        ),
        None,
    )
    if found is None:
        raise LocalError(
            "Erlang's epmd is missing though RabbitMQ is there: install Erlang, or set BROKER_HOST"
        )
    return Path(found)


def _server() -> Path | None:
    on_path = shutil.which("rabbitmq-server")
    if on_path and Path(on_path).resolve().name != WRAPPER:
        return Path(on_path)
    return next((Path(path) for path in SERVERS if Path(path).exists()), None)


def _install() -> Path:
    command = _install_command()
    print(
        f"RabbitMQ is not installed: {' '.join(command)}", file=sys.stderr, flush=True
    )
    done = subprocess.run(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    server = _server()
    if done.returncode or server is None:
        last = (done.stdout.strip() or "it said nothing").splitlines()[-1]
        raise LocalError(WAYS_ON.format(why=f"the installation failed: {last}"))
    return server


def _install_command() -> list[str]:
    if shutil.which("apt-get"):
        script = ["sh", str(Path(__file__).with_name("install-rabbitmq.sh"))]
        if os.geteuid() == 0:
            return script
        if shutil.which("sudo"):
            # Only a person at a terminal can give sudo a password.
            return ["sudo", *([] if sys.stdin.isatty() else ["-n"]), *script]
        raise LocalError(WAYS_ON.format(why="apt-get needs root or sudo"))
    if shutil.which("brew"):
        return ["brew", "install", "--quiet", "rabbitmq"]
    raise LocalError(WAYS_ON.format(why="neither apt-get nor brew is here"))
