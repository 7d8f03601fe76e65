"""What was released can be upgraded: its migrations stay as they are, and rows outlive those that
came later."""

import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from pipeline.management.commands.migrate import OURS
from tests.databases import cloned_database, connect, point_django_at
from tests.real_servers import RealServer

CHECKOUT = Path(__file__).parents[2]
FILES = "*/migrations/[0-9]*.py"


def git(root: Path, *arguments: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    command = ["git", "-C", str(root), *who, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout


def changed_migrations(root: Path) -> list[str]:
    """Migrations of tagged versions that are gone or not as they were tagged."""
    found = []
    for tag in git(root, "tag", "--list", "v*").split():
        listed = git(root, "ls-tree", "-r", "--name-only", tag).splitlines()
        for name in listed:
            if not Path(name).match(FILES):
                continue
            then = git(root, "show", f"{tag}:{name}")
            now = root / name
            if not now.is_file() or now.read_text() != then:
                found.append(f"{name} of {tag}")
    return found


def test_migrations_of_released_versions_are_as_they_were() -> None:
    assert changed_migrations(CHECKOUT) == [], "add another migration instead"


def test_a_released_migration_that_is_rewritten_or_removed_is_found(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "catalog" / "migrations"
    folder.mkdir(parents=True)
    for name in ("0001_initial.py", "0002_more.py", "__init__.py"):
        (folder / name).write_text(f"# {name}\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    (folder / "0001_initial.py").write_text("# before a release it may change\n")
    git(tmp_path, "commit", "-qam", "second")
    assert changed_migrations(tmp_path) == []

    git(tmp_path, "tag", "v1.0.0")
    (folder / "0003_later.py").write_text("# another\n")
    assert changed_migrations(tmp_path) == []
    (folder / "0001_initial.py").write_text("# rewritten\n")
    (folder / "0002_more.py").unlink()
    assert changed_migrations(tmp_path) == [
        "catalog/migrations/0001_initial.py of v1.0.0",
        "catalog/migrations/0002_more.py of v1.0.0",
    ]


def first_states() -> list[tuple[str, str]]:
    """The first migration of each of our apps."""
    loader = MigrationLoader(None)
    nodes = loader.disk_migrations or {}
    return [min(node for node in nodes if node[0] == app) for app in OURS]


@pytest.mark.django_db(transaction=True)
def test_rows_of_the_first_state_outlive_every_later_migration(
    postgres: RealServer,
) -> None:
    server = postgres.environment
    before = connection.settings_dict["NAME"]
    with cloned_database(server, "_upgrade") as name:
        with closing(connect(server)) as admin, admin.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}"')
        point_django_at(server, name)
        try:
            executor = MigrationExecutor(connection)
            first = first_states()
            executor.migrate(first)
            then = executor.loader.project_state(first).apps
            source = then.get_model("catalog", "Source").objects.create(
                host="blog.example"
            )
            article = then.get_model("catalog", "Article").objects.create(
                source=source,
                url="https://blog.example/1/",
                key="https://blog.example/1",
                title="Kept",
                text="kept words",
                html="<p>kept words</p>",
                content_hash="1",
            )
            run = then.get_model("pipeline", "Run").objects.create(
                state="finished", parameters={"addresses": ["https://blog.example/"]}
            )
            executor = MigrationExecutor(connection)
            executor.migrate(executor.loader.graph.leaf_nodes())

            now = executor.loader.project_state().apps
            kept = now.get_model("catalog", "Article").objects.get()
            assert (kept.pk, kept.title, kept.text) == (
                article.pk,
                "Kept",
                "kept words",
            )
            assert now.get_model("pipeline", "Run").objects.get().pk == run.pk
        finally:
            point_django_at(server, before)


def test_every_app_of_ours_is_known_to_migrate() -> None:
    ours = {
        path.parts[-3] for path in CHECKOUT.glob("[cp]*/**/migrations/0001_initial.py")
    }
    assert ours == set(OURS)
