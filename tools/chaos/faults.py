"""What goes wrong.

Each fault is prepared before the run is launched, and strikes at a random moment of it.
"""

import json
import os
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psutil

from tools.chaos import standstill
from tools.chaos.world import STAGES, World

Strike = Callable[[World, random.Random], None]


def nothing(world: World, chance: random.Random) -> None:
    """Strikes nobody."""


@dataclass(frozen=True)
class Mischief:
    """What a page does to the worker of `stage`, and how its journey ends."""

    stage: str
    act: str
    reasons: tuple[str, ...] = ()  # none: the page is stored all the same
    pages: int = 1


@dataclass(frozen=True)
class Fault:
    name: str
    strike: Strike = nothing
    mischief: Mischief | None = None
    own_disk: bool = False
    needs_beat: bool = False

    def prepare(
        self, world: World, chance: random.Random
    ) -> dict[str, tuple[str, ...]]:
        """Set the trap; return the paths that will not be stored, with the reasons that are right
        for them."""
        if self.mischief is None:
            return {}
        paths = [
            f"/posts/note-{n}/"
            for n in chance.sample(range(world.posts), self.mischief.pages)
        ]
        told = {"stage": self.mischief.stage, "act": self.mischief.act, "paths": paths}
        world.mischief.write_text(json.dumps(told))
        if self.mischief.reasons:
            return dict.fromkeys(paths, self.mischief.reasons)
        return {}


def kill(name: str, whole: bool = False) -> Strike:
    """SIGKILL to a process: alone, or with its children."""
    return lambda world, chance: world.kill(name, whole)


def kill_children(world: World, chance: random.Random) -> None:
    """SIGKILL to pool children of the extract worker, five times."""
    for _ in range(5):
        children = psutil.Process(world.processes["extract"].pid).children()
        if children:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(children).pid, 9)
        time.sleep(chance.uniform(0.1, 0.5))


def redeploy(world: World, chance: random.Random) -> None:
    """All workers are asked to end, as a new version would, and begin again when they have."""
    for name in STAGES:
        world.end(name)


def broker_killed(world: World, chance: random.Random) -> None:
    world.rabbitmq.kill()
    time.sleep(chance.uniform(0, 3))
    world.rabbitmq.start()


def database_stopped(mode: str) -> Strike:
    """Stop the database in this mode, and start it again after a moment."""

    def strike(world: World, chance: random.Random) -> None:
        world.postgres.stop(mode)
        time.sleep(chance.uniform(0, 8))
        world.postgres.start()

    return strike


def database_long_away(world: World, chance: random.Random) -> None:
    world.postgres.stop("fast")
    time.sleep(40)
    world.postgres.start()


def both(world: World, chance: random.Random) -> None:
    world.servers_away = True
    world.postgres.kill()
    world.rabbitmq.kill()
    time.sleep(chance.uniform(0, 3))
    for server in chance.sample([world.postgres, world.rabbitmq], 2):
        server.start()  # type: ignore[attr-defined]
    world.servers_away = False


def everything(world: World, chance: random.Random) -> None:
    """Let the machine go down."""
    for name in world.processes.by_name:
        world.kill(name, whole=True)
    both(world, chance)


def disk_full(world: World, chance: random.Random) -> None:
    """Nothing is left on the database's disk for some seconds; where it gave up, it is started
    again."""
    ballast = world.root / "postgres" / "ballast"
    with suppress(OSError), ballast.open("wb") as file:
        while True:
            file.write(bytes(1 << 16))
            file.flush()
    time.sleep(chance.uniform(5, 12))
    ballast.unlink()
    if not world.postgres.process.alive:
        world.postgres.start()


def cut(server: str) -> Strike:
    """Nothing passes between the workers and a server; then it does again, or what was open is
    closed."""

    def strike(world: World, chance: random.Random) -> None:
        if server == "database":
            proxy = world.to_postgres
        else:
            proxy = world.to_rabbitmq
        proxy.cut()
        time.sleep(chance.uniform(2, 15))
        proxy.mend(reset=chance.random() < 0.7)

    return strike


def delivered_twice(world: World, chance: random.Random) -> None:
    """Every batch that is on its way is published again, twice."""
    from django.db import connection

    from pipeline.journeys import canvas
    from pipeline.models import Batch

    connection.close()
    for _ in range(2):
        for batch in Batch.objects.filter(published_at__isnull=False, finished_at=None):
            canvas.publish(
                batch,
                list(
                    batch.journeys.filter(state="pending").values_list("pk", flat=True)
                ),
            )


def queues_purged(world: World, chance: random.Random) -> None:
    """Every message that waits is lost."""
    world.purge()


GONE = ("killed-its-worker", "worker-killed")
FAULTS = {
    fault.name: fault
    for fault in [
        Fault("kill-discover", kill("discover")),
        Fault("kill-fetch", kill("fetch")),
        Fault("kill-extract", kill("extract")),
        Fault("kill-extract-group", kill("extract", whole=True)),
        Fault("kill-extract-child", kill_children),
        Fault("kill-store", kill("store")),
        Fault("kill-summarise", kill("summarise")),
        Fault("redeploy", redeploy),
        Fault("kill-beat", kill("beat"), needs_beat=True),
        Fault("kill-web", kill("web")),
        Fault("broker-killed", broker_killed),
        Fault("database-fast", database_stopped("fast")),
        Fault("database-immediate", database_stopped("immediate")),
        Fault("database-40s", database_long_away),
        Fault("both-killed", both),
        Fault("all-killed", everything),
        Fault("disk-full", disk_full, own_disk=True),
        Fault("cut-broker", cut("broker")),
        Fault("cut-database", cut("database")),
        Fault("delivered-twice", delivered_twice),
        Fault("queues-purged", queues_purged),
        *(Fault(f"stop-{name}", standstill.stopped(name)) for name in STAGES),
        Fault("database-frozen", standstill.database_frozen),
        Fault("database-read-only", standstill.read_only),
        Fault("backends-terminated", standstill.backends_terminated),
        Fault("table-locked", standstill.table_locked),
        Fault("garbage", standstill.garbage),
        Fault("exchange-deleted", standstill.exchange_deleted, needs_beat=True),
        Fault("queue-deleted", standstill.queue_deleted, needs_beat=True),
        Fault(
            "hang-extract", mischief=Mischief("extract", "hang", ("time-limit", *GONE))
        ),
        Fault("hang-store", mischief=Mischief("store", "hang-once")),
        Fault("leak-extract", mischief=Mischief("extract", "leak", GONE)),
        Fault("poison-extract", mischief=Mischief("extract", "kill", GONE, pages=3)),
        Fault("poison-fetch", mischief=Mischief("fetch", "kill", GONE)),
        Fault("poison-store", mischief=Mischief("store", "kill", GONE)),
    ]
}
