"""`make watch`: see the package."""

import argparse
import json
import os
import random
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from infra.local.stack import CHECKOUT, own_directory
from tools.chaos import standstill
from tools.chaos.faults import broker_killed, kill, nothing
from tools.chaos.world import World
from tools.watch.screens import Screens
from tools.watch.watching import Watched, watch

LONGEST_SECONDS = 600.0
Strike = Callable[[World, random.Random], None]
FAULTS: dict[str, Strike] = {
    "nothing": nothing,
    "a worker killed": kill("extract", whole=True),
    "nothing again": nothing,
    "a worker hung": standstill.stopped("fetch"),
    "the broker restarted": broker_killed,
}
# What some screen has to say while it lasts
EXPECTED_WORDS = {"a worker hung": "No fetch worker has been heard from"}


def main() -> int:
    """Watch the runs; the exit status is 0 where all ended and nothing contradicted anything."""
    parser = argparse.ArgumentParser(prog="python -m tools.watch", description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--posts", type=int, default=150)
    parser.add_argument("--latency-ms", type=int, default=150)
    parser.add_argument(
        "--seed", type=int, default=random.SystemRandom().randrange(10_000)
    )
    parser.add_argument("--faults", default="", help="names with commas between")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    chance = random.Random(arguments.seed)
    names = [name for name in arguments.faults.split(",") if name] or list(FAULTS)
    results = []
    with own_directory(CHECKOUT / ".local" / "watch") as base:
        world = World(
            Path(os.path.realpath(base)) / "world",
            posts=arguments.posts,
            latency=arguments.latency_ms / 1000,
            reconciler=True,
        )
        with world:
            for number in range(arguments.runs):
                name = names[number % len(names)]
                results.append(one(world, name, chance))
                tell(name, results[-1])
    total = {
        "runs": len(results),
        "ended": sum(each.ended for each in results),
        "readings": sum(each.readings for each in results),
        "contradictions": sum(len(each.contradictions) for each in results),
    }
    print(json.dumps(total))
    if results and all(each.fine for each in results):
        return 0
    return 1


def one(world: World, name: str, chance: random.Random) -> Watched:
    """Watch a run of the world's blog, with a fault at a random moment of it."""
    world.empty()
    screens = Screens(world.sign_in_link())
    run = world.launch()
    moment_seconds = chance.uniform(3, 12)
    seed = random.Random(chance.random())
    strike = threading.Timer(moment_seconds, FAULTS[name], [world, seed])
    strike.start()
    try:
        watched = watch(screens, run, LONGEST_SECONDS)
    finally:
        strike.join()
    expected = EXPECTED_WORDS.get(name, "")
    if not any(expected in said for said in watched.words | {""}):
        watched.contradictions.append(f"no screen said: {expected}")
    return watched


def tell(name: str, watched: Watched) -> None:
    """Print a few lines for a run."""
    print(
        f"  {name:22} {watched.state}: {watched.rounds} rounds, {watched.readings} readings,"
        f" {watched.unreadable} unreadable, {len(watched.contradictions)} contradictions",
        flush=True,
    )
    for line in [*watched.contradictions[:10], *sorted(watched.words)[:20]]:
        print(f"      {line[:200]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
