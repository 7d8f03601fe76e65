"""The containers as a user starts them.

Needs a Docker engine, the ports 8000, 5672 and 15676, and some minutes: `make test-compose`.
Nothing may run from this checkout's docker-compose.yml meanwhile.
"""

import html
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from tests.waiting import wait_until

CHECKOUT = Path(__file__).parents[2]
SERVICES = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
LASTING = [name for name, service in SERVICES.items() if service.get("restart") != "no"]
EXPECTED = json.loads((CHECKOUT / "infra/local/sample/site/expected.json").read_text())
BLOG = "http://blog.example:8080/"
PAGE = "http://127.0.0.1:8000"
# As a user's shell, which has none of the settings of the other tests; slow enough to kill
# something in mid-run.
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if not name.startswith("FETCH_")
}
ENVIRONMENT |= {"FETCH_HOST_DELAY": "0.3", "COMPOSE_PROJECT_NAME": "gleaner-test"}

pytestmark = pytest.mark.skipif(
    not os.environ.get("TEST_COMPOSE"), reason="only by `make test-compose`"
)


def compose(*words: str, check: bool = True) -> str:
    """What `docker compose WORDS` prints, by whichever Compose there is."""
    command = (
        ["docker-compose"] if shutil.which("docker-compose") else ["docker", "compose"]
    )
    done = subprocess.run(
        [*command, "--profile", "sample", *words],
        cwd=CHECKOUT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
    )
    assert not check or done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def manage(*words: str) -> str:
    return compose("exec", "-T", "web", "python", "manage.py", *words)


def sql(statement: str) -> str:
    return compose(
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


def rows(query: str) -> Any:
    """The rows of a query, as a list of objects."""
    return json.loads(
        sql(f"SELECT coalesce(json_agg(wrapped), '[]') FROM ({query}) wrapped")
    )


def states() -> dict[str, list[str]]:
    """Health, else state, of the containers of each service."""
    state = (
        "{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}"
    )
    form = '{{index .Config.Labels "com.docker.compose.service"}} ' + state
    found: dict[str, list[str]] = {}
    for container in compose("ps", "-q").split():
        inspected = subprocess.run(
            ["docker", "inspect", "-f", form, container], capture_output=True, text=True
        )
        service, _, state = inspected.stdout.strip().partition(" ")
        found.setdefault(service, []).append(state)
    return found


def all_healthy() -> bool:
    time.sleep(1)
    found = states()
    return all(found.get(name) and set(found[name]) == {"healthy"} for name in LASTING)


def up(*words: str) -> float:
    """Start everything; returns the seconds until all of it was healthy."""
    began = time.monotonic()
    compose("up", "-d", *words)
    wait_until(all_healthy, 300, f"for health: {states()}")
    return time.monotonic() - began


@pytest.fixture(scope="module", autouse=True)
def stack() -> Iterator[None]:
    compose("down", "--volumes", "--remove-orphans")
    compose("build")
    try:
        print(f"\nfrom nothing to ready: {up():.1f} s")
        yield
    finally:
        (CHECKOUT / ".local").mkdir(exist_ok=True)
        (CHECKOUT / ".local/compose.log").write_text(
            compose("logs", "--no-color", check=False)
        )
        compose("down", "--volumes", "--remove-orphans", check=False)


@pytest.fixture(scope="module")
def browser() -> requests.Session:
    """Signed in by the link that a person would get."""
    session = requests.Session()
    session.trust_env = False
    link = manage("signin").strip()
    assert session.get(link).url == f"{PAGE}/"
    return session


def launch(browser: requests.Session, addresses: str) -> int:
    """Fill the form in and sends it; returns the run's number."""
    page = browser.get(f"{PAGE}/").text
    hidden = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    )
    answer = browser.post(
        f"{PAGE}/",
        data={**hidden, "addresses": addresses},
        headers={"Referer": f"{PAGE}/"},
    )
    assert answer.status_code == 200, html.unescape(answer.text)[:2000]
    return int(answer.url.rstrip("/").split("/")[-1])


def ended(run: int) -> dict[str, Any] | None:
    time.sleep(1)  # asking costs more than what is asked about
    row: dict[str, Any] = rows(f"SELECT * FROM pipeline_run WHERE id = {run}")[0]
    return row if row["finished_at"] else None


def stored(run: int) -> int:
    assert not ended(run), rows(
        f"SELECT state, reason FROM pipeline_run WHERE id = {run}"
    )
    return int(
        rows(
            f"SELECT count(*) FROM pipeline_journey WHERE run_id = {run} AND state = 'stored'"
        )[0]["count"]
    )


def assert_adds_up(run: dict[str, Any]) -> None:
    counts = run["summary"]["states"]
    assert counts["pending"] == 0
    assert sum(counts.values()) == run["summary"]["found"]
    assert counts["stored"] == len(EXPECTED["stored"]) + len(EXPECTED["same"])
    assert counts["duplicate"] == len(EXPECTED["same"])


def test_a_crawl_from_the_web_form_ends_and_adds_up_though_a_worker_is_killed(
    browser: requests.Session,
) -> None:
    run = launch(browser, BLOG)
    wait_until(lambda: stored(run) >= 5, 120, "for the first articles")
    compose("kill", "worker-extract")
    time.sleep(3)
    assert ended(run) is None
    compose("up", "-d")
    assert_adds_up(wait_until(lambda: ended(run), 120, "for the run to end"))
    assert "stored" in browser.get(f"{PAGE}/runs/{run}/").text


def test_down_and_up_lose_nothing(browser: requests.Session) -> None:
    count = "SELECT count(*) FROM catalog_article"
    before = rows(count)
    compose("down")
    print(f"\nfrom down to ready: {up():.1f} s")
    assert rows(count) == before
    assert browser.get(f"{PAGE}/runs/").url == f"{PAGE}/runs/", (
        "signed out by a new secret key"
    )


def test_workers_scale() -> None:
    up("--scale", "worker-extract=4", "--scale", "worker-fetch=2")
    assert {name: len(found) for name, found in states().items() if len(found) > 1} == {
        "worker-extract": 4,
        "worker-fetch": 2,
    }
    up("--scale", "worker-extract=2", "--scale", "worker-fetch=1")


def test_a_worker_ends_what_it_has_in_hand_within_its_grace() -> None:
    began = time.monotonic()
    compose("stop", "worker-fetch", "worker-extract", "worker-store")
    assert time.monotonic() - began < 20
    up()


@pytest.mark.parametrize("service", LASTING)
def test_a_container_runs_as_nobody_in_particular_on_files_that_it_cannot_change(
    service: str,
) -> None:
    script = 'test "$(id -u)" != 0 && ! touch /app/x /etc/x /usr/x 2>/dev/null'
    compose("exec", "-T", service, "sh", "-c", script)


def test_the_image_holds_no_installer_and_no_secret() -> None:
    script = "! command -v pip && ! command -v gcc && ! python -c 'import pip' 2>/dev/null && test ! -e /app/.env"
    compose("exec", "-T", "web", "sh", "-c", script)


def test_passwords_are_not_in_what_an_inspection_of_the_containers_shows() -> None:
    password = compose("exec", "-T", "web", "cat", "/run/gleaner/rabbitmq-password")
    containers = compose("ps", "-q").split()
    inspected = subprocess.run(
        ["docker", "inspect", *containers], capture_output=True, text=True
    ).stdout
    assert len(password) > 30
    assert password not in inspected


def recipe(title: str, number: int = 0) -> str:
    """The commands of a block under a heading of docs/operations.md."""
    text = (CHECKOUT / "docs/operations.md").read_text()
    below = re.search(rf"^## {title}$(.*?)(?=^## )", text, re.M | re.S)
    assert below, f"no heading {title}"
    blocks = re.findall(r"^```sh$(.*?)^```$", below[1], re.M | re.S)
    assert len(blocks) > number, f"no commands under {title}"
    return str(blocks[number])


def follow(title: str, directory: Path, number: int = 0, **settings: str) -> str:
    """Run a recipe as it is written, in `directory`, with whichever Compose there is; return what it
    prints."""
    command = (
        "docker-compose" if shutil.which("docker-compose") else "command docker compose"
    )
    shim = f'docker() {{ shift; {command} -f "{CHECKOUT}/docker-compose.yml" --profile sample "$@"; }}\n'
    script = ["bash", "-euo", "pipefail", "-c", shim + recipe(title, number)]
    env = {**ENVIRONMENT, **settings}
    done = subprocess.run(
        script, cwd=directory, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_the_first_commands_lead_to_a_link_and_to_a_crawl(tmp_path: Path) -> None:
    link = follow("Start", tmp_path).split()[-1]
    assert requests.get(link, timeout=60).url == f"{PAGE}/"
    assert ": finished" in follow("Start", tmp_path, number=1)


def test_services_are_replaced_one_after_the_other_while_a_run_goes_on(
    browser: requests.Session, tmp_path: Path
) -> None:
    before = set(compose("ps", "-q").split())
    run = launch(browser, BLOG)
    # another setting in place of another version: both make new containers
    follow("Upgrade while it works", tmp_path, LOG_LEVEL="DEBUG")
    replaced = before - set(compose("ps", "-q").split())
    assert len(replaced) >= 9
    row = wait_until(lambda: ended(run), 300, "for the run to end")
    counts = row["summary"]["states"]
    assert (row["state"], counts["pending"]) == ("finished", 0)
    assert sum(counts.values()) == row["summary"]["found"]
    up()


@pytest.mark.parametrize("way", ["", " with PostgreSQL's own programs"])
def test_a_restored_backup_brings_back_what_was_lost(tmp_path: Path, way: str) -> None:
    count = "SELECT count(*) FROM catalog_article"
    before = rows(count)
    assert before[0]["count"] > 0
    follow(f"Back up{way}", tmp_path)
    sql("TRUNCATE catalog_article, pipeline_run CASCADE")
    assert rows(count) == [{"count": 0}]
    follow(f"Restore{way}", tmp_path)
    wait_until(all_healthy, 300, "for health")
    assert rows(count) == before


def test_new_passwords_are_in_force_and_the_old_ones_are_not(tmp_path: Path) -> None:
    old = {
        name: compose("exec", "-T", "web", "cat", f"/run/gleaner/{name}")
        for name in ("rabbitmq-password", "env")
    }
    follow("New passwords", tmp_path)
    wait_until(all_healthy, 300, "for health")
    assert compose("exec", "-T", "web", "cat", "/run/gleaner/env") != old["env"]
    check = [
        "exec",
        "-T",
        "service-rabbitmq",
        "rabbitmqctl",
        "authenticate_user",
        "gleaner",
    ]
    assert "Success" not in compose(*check, old["rabbitmq-password"], check=False)
    run = json.loads(manage("crawl", BLOG, "--json").splitlines()[-1])
    assert run["state"] == "finished"
