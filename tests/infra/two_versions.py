"""The code of two versions of the product, each in a folder of its own.

Where a version was tagged, they are the last one and this checkout. Else, and beside that, they are
this checkout and the version that might come after it: one whose tables have a column and a table
more, and whose messages say something that is new.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
CODE = (
    "manage.py",
    "pyproject.toml",
    "requirements.lock",
    "catalog",
    "infra",
    "myworld",
    "pipeline",
)
THIS, NEXT = "this version", "the next version"
# Django writes every column that its model has, so the column tells who wrote a row.
MORE_MODELS = {
    "catalog/models.py": """

Article.add_to_class("made_by", models.TextField(default="next", db_default=""))
""",
    "pipeline/models/run.py": """

Run.add_to_class("made_by", models.TextField(default="next", db_default=""))


class RunNote(models.Model):
    # Without a constraint, the former version may delete runs though it knows nothing of notes
    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_constraint=False)
    text = models.TextField()

    class Meta:
        app_label = "pipeline"
""",
}
TICKET, LONGER_TICKET = '{"journey": pk}', '{"journey": pk, "made_by": "next"}'
CANVAS = "pipeline/journeys/canvas.py"


def last_tag(root: Path) -> str:
    """The last version that was tagged before this commit; "" where none is known."""
    command = ["git", "-C", str(root), "tag", "--list", "v*", "--merged", "HEAD~1"]
    done = subprocess.run(command, capture_output=True, text=True)
    tags = [tag for tag in done.stdout.split() if re.fullmatch(r"v\d+\.\d+\.\d+", tag)]
    return max(tags, key=number, default="")


def number(tag: str) -> tuple[int, ...]:
    return tuple(map(int, tag[1:].split(".")))


def pairs(root: Path) -> list[tuple[str, str]]:
    """(old, new), as `put` takes them."""
    tag = last_tag(root)
    return [(THIS, NEXT), *([(tag, THIS)] if tag else [])]


def put(version: str, root: Path, folder: Path) -> None:
    """Put the code of a version of the checkout at `root` into a new folder."""
    folder.mkdir()
    if version in (THIS, NEXT):
        copy(root, folder)
    else:
        unpack(version, root, folder)
    if version == NEXT:
        change(folder)


def copy(root: Path, folder: Path) -> None:
    for name in CODE:
        if (root / name).is_dir():
            shutil.copytree(root / name, folder / name)
        else:
            shutil.copy2(root / name, folder / name)


def unpack(tag: str, root: Path, folder: Path) -> None:
    archive = subprocess.run(
        ["git", "-C", str(root), "archive", tag], check=True, capture_output=True
    )
    subprocess.run(["tar", "-x", "-C", str(folder)], check=True, input=archive.stdout)


def change(folder: Path) -> None:
    """Make it the next version: models with more in them, and a longer ticket in each message."""
    for name, more in MORE_MODELS.items():
        with (folder / name).open("a") as file:
            file.write(more)
    canvas = (folder / CANVAS).read_text()
    assert canvas.count(TICKET) == 1
    (folder / CANVAS).write_text(canvas.replace(TICKET, LONGER_TICKET))


def make_migrations(folder: Path, environment: Mapping[str, str]) -> None:
    """Let Django write the migrations of the next version, which knows no more than its models."""
    command = [sys.executable, "manage.py", "makemigrations", "--name=next"]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for app in ("catalog", "pipeline"):
        assert list(folder.glob(f"{app}/migrations/0*_next.py")), done.stdout
