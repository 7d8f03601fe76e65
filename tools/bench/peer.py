"""Starts the peer over the blog's addresses, in one process or one a core, and measures what it and
PostgreSQL take."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra.local.process import LocalError
from infra.local.stack import CHECKOUT
from tools.bench import usage
from tools.bench.limit import together
from tools.bench.product import Blog, Servers

REQUIREMENTS = CHECKOUT / "requirements-bench.txt"
# URLs; what a page costs the peer does not change with their number, and larger runs take long
# enough.
MOST = 3000
TABLE = """DROP TABLE IF EXISTS peer_article;
CREATE TABLE peer_article (url text PRIMARY KEY, title text, author text, published text, text text)"""


def installed(home: Path) -> Path:
    """Return the peer's Python, with what requirements-bench.txt names; made only where it is not
    yet."""
    python = home / "peer" / "bin" / "python"
    told = home / "peer" / "requirements.txt"
    if not told.exists() or told.read_text() != REQUIREMENTS.read_text():
        subprocess.run(
            [sys.executable, "-m", "venv", "--clear", home / "peer"], check=True
        )
        install = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            REQUIREMENTS,
        ]
        done = subprocess.run(install, capture_output=True, text=True)
        if done.returncode:
            raise LocalError(
                f"the peer could not be installed: {done.stderr.strip().splitlines()[-1]}"
            )
        told.write_text(REQUIREMENTS.read_text())
    return python


def measure(
    python: Path, servers: Servers, blog: Blog, processes: int
) -> dict[str, Any]:
    """Return the blog's pages by so many processes side by side, each with its share of the
    addresses."""
    servers.sql(TABLE)
    pids = {**servers.pids, "blog": blog.process.pid}
    before = usage.cpu_by_name(pids)
    running = [
        start(python, servers, blog.pages[number::processes], number)
        for number in range(processes)
    ]
    told = [json.loads(each.communicate()[0]) for each in running]
    after = usage.cpu_by_name(pids)
    result = together(told)
    if (kept := servers.sql("SELECT count(*) FROM peer_article")[0][0]) < 0.95 * len(
        blog.pages
    ):
        raise RuntimeError(f"the peer kept {kept} of {len(blog.pages)} pages")
    servers.sql("DROP TABLE peer_article")
    cpu = {
        "peer": result["cpu"],
        **{name: round(after[name] - before[name], 3) for name in pids},
    }
    return {
        **result,
        "cpu": {name: used for name, used in cpu.items() if name != "rabbitmq"},
    }


def start(
    python: Path, servers: Servers, urls: list[str], number: int
) -> subprocess.Popen[str]:
    """One process of the peer."""
    file = servers.root.parent / f"peer-{number}.json"
    file.write_text(json.dumps(urls))
    dsn = servers.dsn
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    env = {
        **os.environ,
        **{variable: str(dsn[name]) for name, variable in names.items()},
    }
    spider = Path(__file__).with_name("peer_spider.py")
    return subprocess.Popen(
        [python, spider, file],
        cwd=file.parent,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
