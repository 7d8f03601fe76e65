"""What the containers of each profile hold: at rest, and at the most under a run of 1,000 URLs.

As `docker stats` counts it: without what the kernel keeps of files and can drop. The sample blog's
container, which serves the pages, is not counted.
"""

import re
import subprocess
import threading
import time

from tests.infra.containers import CHECKOUT, Containers
from tools.bench.library import generated
from tools.scaling.pages import URLS

PROFILES = {"small": ("infra/compose.small.yml",), "normal": ()}
PAGES = "tools/scaling/compose.pages.yml"
COUNT = 1000  # URLs of the run
REST_SECONDS = 60  # until what a start left in hand is done
LOOK_EVERY_SECONDS = 2.0
BLOG = "sample-blog"
MIB = {"B": 1 / 1024**2, "KiB": 1 / 1024, "MiB": 1.0, "GiB": 1024.0}
SERVICE = re.compile(r"^gleaner-test[_-]")
Held = dict[str, float]  # service -> MiB of all its containers


def measure() -> list[str]:
    """Return the lines of the table, a profile each."""
    library = generated(CHECKOUT / ".local/bench", COUNT)
    settings = {"PAGES_FILE": library.file.name, "PAGES_COUNT": str(COUNT)}
    lines = []
    for name, files in PROFILES.items():
        containers = Containers(*files, PAGES, FETCH_HOST_DELAY="0", **settings)
        containers.down()
        containers.compose("build", "--quiet")
        try:
            containers.up()
            time.sleep(REST_SECONDS)
            rest = held()
            most = most_of_a_run(containers)
        finally:
            containers.down()
        lines.append(f"| {name} | {total(rest)} | {total(most)} |")
        print(f"{name}, at rest: {shown(rest)}\n{name}, at most: {shown(most)}")
    return lines


def most_of_a_run(containers: Containers) -> Held:
    """Crawl the pages; return what was held when that was most. Raises AssertionError where the run
    did not find all of them."""
    runs: list[int] = []
    crawl = threading.Thread(target=lambda: runs.append(containers.launch(URLS)))
    crawl.start()
    most: Held = {}
    while crawl.is_alive():
        most = max(most, held(), key=total)
        time.sleep(LOOK_EVERY_SECONDS)
    crawl.join()
    query = f"SELECT count(*) AS n FROM pipeline_journey WHERE run_id = {runs[0]} AND state = 'stored'"
    [row] = containers.rows(query)
    assert row["n"] >= 0.9 * COUNT, f"{row['n']} of {COUNT} pages were stored"
    return most


def held() -> Held:
    """Return what the containers hold now."""
    told = subprocess.run(
        ["docker", "stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return read(told)


def read(told: str) -> Held:
    """Read lines such as `gleaner-test_web_1 166MiB / 768MiB`, or `service_rabbitmq 90MiB / 1GiB`."""
    found: Held = {}
    for line in told.splitlines():
        name, number, _, _ = line.split()
        service = SERVICE.sub("", re.sub(r"[_-]\d+$", "", name))
        size = re.fullmatch(r"([\d.]+)(\w+)", number)
        if size and service != BLOG:
            found[service] = found.get(service, 0.0) + float(size[1]) * MIB[size[2]]
    return found


def total(found: Held) -> int:
    """Return the MiB of all of them."""
    return round(sum(found.values()))


def shown(found: Held) -> str:
    """Return the MiB of each service, the most first."""
    ordered = sorted(found.items(), key=lambda each: -each[1])
    return ", ".join(f"{name} {size:.0f}" for name, size in ordered)
