"""What was released can be upgraded: its migrations stay as they are, rows outlive those that came
later, and it works on while the next version has changed the database already."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from pipeline.management.commands.migrate import OURS
from tests.databases import cloned_database, make_empty, point_django_at
from tests.git import git
from tests.infra import schema_changes
from tests.infra.two_versions import last_tag
from tests.real_servers import RealServer

CHECKOUT = Path(__file__).parents[2]
FILES = "*/migrations/[0-9]*.py"


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


def released_states(root: Path) -> list[tuple[str, str]]:
    """The last migration of each of our apps in the last tagged version; the first migration where
    nothing was tagged yet."""
    tag = last_tag(root)
    if not tag:
        return first_states()
    listed = git(root, "ls-tree", "-r", "--name-only", tag).splitlines()
    last: dict[str, str] = {}
    for name in sorted(listed):
        if Path(name).match(FILES):
            last[Path(name).parts[-3]] = Path(name).stem
    return list(last.items())


@contextmanager
def empty_database(server: Mapping[str, str]) -> Iterator[None]:
    """Let Django use a database that has no table."""
    before = connection.settings_dict["NAME"]
    with cloned_database(server, "_upgrade") as name:
        make_empty(server, name)
        point_django_at(server, name)
        try:
            yield
        finally:
            point_django_at(server, before)


@pytest.mark.django_db(transaction=True)
def test_rows_of_the_first_state_outlive_every_later_migration(
    postgres: RealServer,
) -> None:
    with empty_database(postgres.environment):
        executor = MigrationExecutor(connection)
        first = first_states()
        executor.migrate(first)
        then = executor.loader.project_state(first).apps
        source = then.get_model("catalog", "Source").objects.create(host="blog.example")
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
        assert (kept.pk, kept.title, kept.text) == (article.pk, "Kept", "kept words")
        assert now.get_model("pipeline", "Run").objects.get().pk == run.pk


def schema() -> schema_changes.Schema:
    with connection.cursor() as cursor:
        return schema_changes.read(cursor)


@pytest.mark.django_db(transaction=True)
def test_the_last_version_works_on_the_database_of_this_one(
    postgres: RealServer,
) -> None:
    released = released_states(CHECKOUT)
    loader = MigrationLoader(None)
    ours = {node for node in loader.disk_migrations or {} if node[0] in OURS}
    of_released = {
        step for node in released for step in loader.graph.forwards_plan(node)
    }
    if ours <= of_released:
        return  # there is no migration that the last version does not know
    of_others = [node for node in loader.graph.leaf_nodes() if node[0] not in OURS]
    with empty_database(postgres.environment):
        executor = MigrationExecutor(connection)
        executor.migrate([*released, *of_others])
        old = schema()
        models = executor.loader.project_state(released).apps.get_models()
        tables = {model._meta.db_table for model in models}
        used = {
            (model._meta.db_table, field.column)
            for model in models
            for field in model._meta.local_concrete_fields
        }
        unused = {column for column in old.types.keys() - used if column[0] in tables}
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
        assert schema_changes.faults(old, schema(), unused) == []


TABLES = """
CREATE TABLE shelf (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name text UNIQUE);
CREATE TABLE book (id int PRIMARY KEY, shelf_id int REFERENCES shelf, title text NOT NULL,
    pages int, state text NOT NULL DEFAULT '');
CREATE FUNCTION halved(int) RETURNS int LANGUAGE sql RETURN $1 / 2
"""
HARMLESS = (
    "ALTER TABLE book ADD isbn text",
    "ALTER TABLE book ADD isbn text NOT NULL DEFAULT ''",
    "ALTER TABLE book ADD isbn text UNIQUE",
    "ALTER TABLE book ADD isbn text CHECK (isbn <> '')",
    "ALTER TABLE book ADD isbn text, ADD UNIQUE (shelf_id, isbn)",
    "ALTER TABLE book ALTER title DROP NOT NULL",
    "CREATE TABLE note (id int PRIMARY KEY, book_id int NOT NULL)",
    "CREATE TABLE note (book_id int NOT NULL REFERENCES book ON DELETE CASCADE)",
    "CREATE INDEX ON book (title)",
    "ALTER TABLE book DROP CONSTRAINT book_shelf_id_fkey",
)
BREAKING = {
    "DROP TABLE book": "table book is gone",
    "ALTER TABLE book DROP COLUMN pages": "column book.pages is gone",
    "ALTER TABLE book RENAME pages TO length": "column book.pages is gone",
    "ALTER TABLE book RENAME TO volume": "table book is gone",
    "ALTER TABLE book ALTER pages TYPE text": "column book.pages was integer and is text",
    "ALTER TABLE book ALTER pages SET NOT NULL": "column book.pages must not be NULL any more",
    "ALTER TABLE book ALTER state DROP DEFAULT": "column book.state has no default any more",
    "ALTER TABLE book ADD isbn text NOT NULL": "column book.isbn is new and has no default",
    "ALTER TABLE book ADD UNIQUE (title)": "a new rule for rows of book: UNIQUE (title)",
    "CREATE UNIQUE INDEX ON book (lower(title))": "a new rule for rows of book: USING btree (lower(title))",
    "ALTER TABLE book ADD CHECK (pages > 0)": "a new rule for rows of book: CHECK ((pages > 0))",
    "ALTER TABLE shelf DROP CONSTRAINT shelf_name_key": "not unique any more: shelf: UNIQUE (name)",
    "DROP FUNCTION halved": "function halved(integer) is gone",
    "CREATE TABLE note (book_id int REFERENCES book)": "book cannot be deleted from: note: FOREIGN KEY (book_id) REFERENCES book(id)",
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", HARMLESS)
def test_what_only_adds_is_let_through(change: str) -> None:
    assert faults_of(change) == []


@pytest.mark.django_db
@pytest.mark.parametrize("change", BREAKING)
def test_what_the_version_before_trips_over_is_found(change: str) -> None:
    assert BREAKING[change] in faults_of(change)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("unused", "found"), [("title", ["column book.pages is gone"]), ("pages", [])]
)
def test_a_column_goes_in_the_version_after_the_last_that_used_it(
    unused: str, found: list[str]
) -> None:
    change = "ALTER TABLE book DROP COLUMN pages"
    assert faults_of(change, {("book", unused)}) == found


def faults_of(change: str, unused: Collection[tuple[str, str]] = ()) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        old = schema_changes.read(cursor)
        cursor.execute(change)
        return schema_changes.faults(old, schema_changes.read(cursor), unused)


def test_the_released_state_is_that_of_the_last_tag(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert released_states(tmp_path) == first_states()
    for tag, added in (
        ("v1.0.0", ["catalog/migrations/0001_initial.py", "a/b/migrations/0001_x.py"]),
        ("v1.1.0", ["catalog/migrations/0002_more.py", "catalog/migrations/note.py"]),
        ("v1.2.0", ["catalog/migrations/0003_not_yet.py"]),
    ):
        for name in added:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", tag)
        git(tmp_path, "tag", tag)
    assert set(released_states(tmp_path)) == {
        ("catalog", "0002_more"),
        ("b", "0001_x"),
    }


def test_every_app_of_ours_is_known_to_migrate() -> None:
    ours = {
        path.parts[-3] for path in CHECKOUT.glob("[cp]*/**/migrations/0001_initial.py")
    }
    assert ours == set(OURS)
