"""`make chaos`: see the package."""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from infra.local.stack import CHECKOUT, own_directory
from tools.chaos.checks import Outcomes, details, outcomes, problems
from tools.chaos.faults import FAULTS, Fault
from tools.chaos.listening import PAUSE_SECONDS, Listener
from tools.chaos.report import Result, line, table
from tools.chaos.world import World
from tools.watch.screens import Screens

RESULT = "result "  # how a part of a batch begins its lines for the whole
LONGEST = 600.0  # seconds to wait for a run's end
RESCUES = """
SELECT count(*) FROM monitor_logevent WHERE run = %s AND event IN ('discover_sent_again', 'batch_finished_from_rows')
"""
SHARE = """
SELECT count(*) FILTER (WHERE state <> 'pending') >= %s * count(*) AND count(*) > 0
FROM pipeline_journey WHERE run_id = %s
"""


def main() -> int:
    """Run the batch; the exit status is 0 where all runs ended and nothing was wrong."""
    arguments = parse()
    print(f"seed {arguments.seed}", flush=True)
    batch = plan(arguments)
    parts = [
        batch[n :: arguments.worlds] for n in range(min(arguments.worlds, len(batch)))
    ]
    if len(parts) == 1:
        results = list(run_all(batch, arguments))
    else:
        with ThreadPoolExecutor(len(parts)) as pool:
            results = [
                result
                for some in pool.map(lambda part: elsewhere(part, arguments), parts)
                for result in some
            ]
    results.sort(key=lambda result: list(FAULTS).index(result.fault))
    print(table(results))
    print(line(results))
    if results and all(result.fine for result in results):
        return 0
    return 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.chaos", description=__doc__)
    parser.add_argument("--runs", type=int, default=len(FAULTS))
    parser.add_argument(
        "--seed", type=int, default=random.SystemRandom().randrange(10_000)
    )
    parser.add_argument("--reconciler", choices=["on", "off"], default="on")
    parser.add_argument(
        "--faults",
        default="",
        help="names with commas between; all where none is given",
    )
    parser.add_argument(
        "--worlds", type=int, default=1, help="how many stacks work side by side"
    )
    parser.add_argument("--posts", type=int, default=300)
    parser.add_argument("--latency-ms", type=int, default=30)
    parser.add_argument(
        "--longest", type=float, default=LONGEST, help="seconds to wait for a run's end"
    )
    parser.add_argument(
        "--listen-every",
        type=float,
        default=PAUSE_SECONDS,
        help="seconds between two looks at what the pages say",
    )
    parser.add_argument(
        "--batch", default="", help=argparse.SUPPRESS
    )  # [[fault, seed], ...], from the parent
    return parser.parse_args()


def plan(arguments: argparse.Namespace) -> list[tuple[str, int]]:
    """(fault, seed) of each run: every kind equally often, in an order of chance."""
    if arguments.batch:
        return [tuple(pair) for pair in json.loads(arguments.batch)]
    chance = random.Random(arguments.seed)
    names = [name for name in arguments.faults.split(",") if name] or list(FAULTS)
    if arguments.reconciler == "off":
        names = [name for name in names if not FAULTS[name].needs_beat]
    kinds = [names[n % len(names)] for n in range(arguments.runs)]
    chance.shuffle(kinds)
    return [(kind, arguments.seed * 1000 + n) for n, kind in enumerate(kinds)]


def elsewhere(
    part: list[tuple[str, int]], arguments: argparse.Namespace
) -> list[Result]:
    """Run a part of the batch in a process and a world of its own."""
    command = [
        sys.executable,
        "-m",
        "tools.chaos",
        "--batch",
        json.dumps(part),
        "--reconciler",
        arguments.reconciler,
    ]
    command += [
        "--posts",
        str(arguments.posts),
        "--latency-ms",
        str(arguments.latency_ms),
    ]
    command += ["--longest", str(arguments.longest), "--seed", str(arguments.seed)]
    command += ["--listen-every", str(arguments.listen_every)]
    results = []
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        for told in child.stdout:
            if told.startswith(RESULT):
                results.append(Result(**json.loads(told.removeprefix(RESULT))))
            elif told.startswith("  "):
                print(told, end="", flush=True)
    missing = part[len(results) :]
    return results + [
        Result(fault, seed, problems=["its world ended before"])
        for fault, seed in missing
    ]


def run_all(
    batch: list[tuple[str, int]], arguments: argparse.Namespace
) -> Iterator[Result]:
    """One world for all runs of a batch, the first without a fault."""
    with own_directory(CHECKOUT / ".local" / "chaos") as base:
        world = World(
            Path(os.path.realpath(base)) / "world",
            posts=arguments.posts,
            latency=arguments.latency_ms / 1000,
            reconciler=arguments.reconciler == "on",
        )
        with world:
            screens = Screens(world.sign_in_link())
            calm = in_peace(world)
            for name, seed in batch:
                if FAULTS[name].own_disk and world.own_disk:
                    result = Result(name, seed, skipped=world.own_disk)
                else:
                    result = one(world, screens, FAULTS[name], seed, calm, arguments)
                tell(result)
                if arguments.batch:
                    print(f"{RESULT}{json.dumps(asdict(result))}", flush=True)
                yield result


def in_peace(world: World) -> Outcomes:
    """Return what the crawl comes to when nothing goes wrong."""
    world.empty()
    run = world.launch()
    began = time.time()
    world.wait(
        lambda: world.look("SELECT finished_at FROM pipeline_run WHERE id = %s", run),
        LONGEST,
        "for peace",
    )
    found = outcomes(world, run)
    print(
        f"  without a fault: {len(found)} URLs in {time.time() - began:.1f} s",
        flush=True,
    )
    return found


def one(
    world: World,
    screens: Screens,
    fault: Fault,
    seed: int,
    calm: Outcomes,
    arguments: argparse.Namespace,
) -> Result:
    """One run with one fault."""
    chance = random.Random(seed)
    result = Result(fault.name, seed)
    world.empty()
    world.deaths.clear()
    excused = fault.prepare(world, chance)
    run = world.launch()
    struck = time.time()
    with Listener(screens, run, arguments.listen_every) as listener:
        if fault.mischief is None:
            struck = wait_for_moment(world, run, chance, result)
            fault.strike(world, chance)
        try:
            done = world.wait(lambda: end_of(world, run), arguments.longest)
        except TimeoutError as error:
            result.problems = [str(error), *stand(world, run)]
            return result
        finally:
            result.words = listener.words
    result.ended = True
    result.seconds = round(done - struck, 1)
    if wrong := problems(world, run, calm, excused):
        result.problems = [*wrong[:8], f"{len(wrong)} problems", *details(world, run)]
    result.resent = world.sql(
        "SELECT coalesce(sum(resend_count), 0) FROM pipeline_journey WHERE run_id = %s",
        run,
    )[0][0]
    result.rescued = world.sql(RESCUES, run)[0][0]
    result.deaths = list(world.deaths)
    if result.deaths and fault.mischief is None:
        result.problems.append("processes ended although nobody killed them")
    return result


def wait_for_moment(
    world: World, run: int, chance: random.Random, result: Result
) -> float:
    """Wait until a random part of the run is done; return the time of day then."""
    result.moment = round(chance.uniform(-0.1, 0.9), 2)
    if result.moment < 0:  # while discovery is at work
        time.sleep(chance.uniform(0, 1.5))
        return time.time()
    world.wait(
        lambda: world.look(SHARE, result.moment, run) or end_of(world, run), LONGEST
    )
    return time.time()


def end_of(world: World, run: int) -> float | None:
    """When the run ended, as seconds of the epoch."""
    return world.look(
        "SELECT extract(epoch FROM finished_at)::float FROM pipeline_run WHERE id = %s",
        run,
    )


def stand(world: World, run: int) -> list[str]:
    """Where a run that does not end stands."""
    rows = world.sql(
        "SELECT state, stage, in_progress, count(*), max(resend_count) FROM pipeline_journey WHERE run_id = %s GROUP BY 1, 2, 3",
        run,
    )
    batches = world.sql(
        "SELECT number, size, claimed_at, published_at, finished_at FROM pipeline_batch WHERE run_id = %s",
        run,
    )
    chords = world.sql("SELECT size, done, failed, fired_at FROM pipeline_chord")
    return [
        f"run {run}",
        *(f"journeys {row}" for row in rows),
        *(f"batch {row}" for row in batches),
        *(f"chord {row}" for row in chords),
    ]


def tell(result: Result) -> None:
    """One line for a run as it ends, more where something was wrong."""
    if result.skipped:
        print(f"  {result.fault} skipped: {result.skipped}", flush=True)
        return
    if result.fine:
        word = "right"
    elif result.ended:
        word = "WRONG"
    else:
        word = "NEVER ENDED"
    head = f"  {result.fault:20} seed {result.seed:8} at {result.moment:5.2f}: {word}, {result.seconds:.1f} s"
    print(
        "\n      ".join(
            [
                f"{head}, {result.resent} sent again, {result.rescued} rescued",
                *result.problems,
                *result.deaths,
                *(f"said: {each}" for each in result.words),
            ]
        ),
        flush=True,
    )
    return result


if __name__ == "__main__":
    sys.exit(main())
