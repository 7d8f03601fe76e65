"""A private RabbitMQ node: its own data, ports, cookie and name service, on loopback only."""

import base64
import os
import urllib.error
import urllib.request
from pathlib import Path

from infra.local.install import find_epmd, find_server
from infra.local.ports import LOOPBACK, answers, free_port, wait_until
from infra.local.process import Process
from infra.local.secrets import secret

USER = VHOST = "gleaner"

CONFIGURATION = """\
listeners.tcp.1 = {host}:{port}
management.tcp.ip = {host}
management.tcp.port = {management_port}
default_user = {user}
default_pass = {password}
default_vhost = {vhost}
default_user_tags.administrator = true
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
"""
WAL = "raft.wal_max_size_bytes = 16777216\n"
# One scheduler, which sleeps when there is nothing to do: it sends thousands of messages a second.
# Several wake each other and wait busily for work, with cores that the workers need. Two fifths of
# what a message costs the broker.
THRIFT = "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none"
# The table for the default of a million Erlang processes takes 12 MB; each connection has ten.
PROCESSES = 65_536
SMALL = Path(__file__).parents[1] / "rabbitmq" / "small.conf"
# For tests: quorum queues write their log without waiting for the disk.
HASTY = "[{ra, [{wal_sync_method, none}]}].\n"


class RabbitMQ:
    """A node that keeps its data in `home`; start, stop and kill may be called again and again: the
    ports stay."""

    def __init__(
        self, home: Path, *, log: Path, durable: bool = True, small: bool = False
    ) -> None:
        self.home = home
        self.log = log
        self.durable = durable
        self.small = small
        self.port = free_port()
        self.management_port = free_port()
        self._epmd_port = free_port()
        home.mkdir(parents=True, exist_ok=True)
        self.password = secret(home / "password")
        env = self._process_environment()
        self._epmd = Process("epmd", [], home=home, log=log, env=env)
        self.process = Process("rabbitmq", [], home=home, log=log, env=env, cwd=home)

    @property
    def environment(self) -> dict[str, str]:
        """The names under which the application finds this node."""
        return {
            "BROKER_HOST": LOOPBACK,
            "BROKER_PORT": str(self.port),
            "RABBITMQ_DEFAULT_USER": USER,
            "RABBITMQ_DEFAULT_PASS": self.password,
            "RABBITMQ_DEFAULT_VHOST": VHOST,
            "RABBITMQ_MANAGEMENT_URL": f"http://{LOOPBACK}:{self.management_port}",
        }

    def start(self) -> None:
        """Start the node and wait until it takes connections and its management API answers.

        Raises LocalError.
        """
        self.process.command = [find_server()]
        # Erlang would start a name service for the whole system and leave it behind.
        self._epmd.command = [
            find_epmd(),
            "-address",
            LOOPBACK,
            "-port",
            str(self._epmd_port),
        ]
        self._configure()
        self._epmd.start()
        self.process.start()
        wait_until(self._ready, self.process, timeout=300)

    def stop(self, mode: str = "fast") -> None:
        """Stop the node in good order; there is only one `mode`."""
        self.process.stop(timeout=60)
        self._epmd.kill()

    def kill(self) -> None:
        """End the node at once, as a crash would."""
        self.process.kill()
        self._epmd.kill()

    def _configure(self) -> None:
        settings = {
            "host": LOOPBACK,
            "port": self.port,
            "management_port": self.management_port,
        }
        text = CONFIGURATION.format(
            **settings, user=USER, vhost=VHOST, password=self.password
        )
        if self.small:
            text += SMALL.read_text()
        else:
            text += WAL
        secret(self.home / "rabbitmq.conf")  # makes it 0600: it holds the password
        (self.home / "rabbitmq.conf").write_text(text)
        (self.home / "advanced.config").write_text("[].\n" if self.durable else HASTY)
        (self.home / "enabled_plugins").write_text("[rabbitmq_management].\n")
        (
            self.home / "rabbitmq-env.conf"
        ).touch()  # else the system's /etc/rabbitmq/rabbitmq-env.conf is read
        cookie = self.home / ".erlang.cookie"
        secret(cookie)
        cookie.chmod(0o400)

    def _process_environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("RABBITMQ_", "ERL_"))
        }
        return {
            **inherited,
            "HOME": str(self.home),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_EPMD_PORT": str(self._epmd_port),
            "RABBITMQ_NODENAME": "gleaner@localhost",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel inet_dist_use_interface {{127,0,0,1}} {THRIFT}",
            "RABBITMQ_MAX_NUMBER_OF_PROCESSES": str(PROCESSES),
            "RABBITMQ_MNESIA_BASE": str(self.home / "data"),
            "RABBITMQ_LOGS": "-",
            # For its log of upgrades and for crash dumps: else /var/log/rabbitmq, where only root
            # and the rabbitmq user may write, and without which it does not start.
            "RABBITMQ_LOG_BASE": str(self.home / "own-logs"),
            "RABBITMQ_CONF_ENV_FILE": str(self.home / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.home / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.home / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.home / "enabled_plugins"),
        }

    def _ready(self) -> bool:
        return answers(LOOPBACK, self.port) and self._managed()

    def _managed(self) -> bool:
        request = urllib.request.Request(
            f"http://{LOOPBACK}:{self.management_port}/api/whoami"
        )
        request.add_header(
            "Authorization",
            "Basic " + base64.b64encode(f"{USER}:{self.password}".encode()).decode(),
        )
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                request, timeout=5
            ):
                return True
        except (urllib.error.URLError, OSError):
            return False
