"""A release is built from a clean checkout whose version and notes say so, with what it holds on
record."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.git import git
from tests.schemas import checked
from tools.release import artifacts, checks, licences

CHECKOUT = Path(__file__).parents[2]
CHANGELOG = """# Changelog

## Unreleased

## 1.2.3 - 2026-03-14

- Something new.

## 1.2.2 - 2026-01-01

- Something old.
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout that can be released as 1.2.3."""
    git(tmp_path, "init", "-q")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\nversion = "1.2.3"\n'
    )
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def test_a_checkout_that_says_so_is_ready(checkout: Path) -> None:
    checks.check("1.2.3", checkout)


@pytest.mark.parametrize("version", ["1.2", "v1.2.3", "1.2.3-rc1", "01.2.3", ""])
def test_a_version_has_three_numbers(checkout: Path, version: str) -> None:
    with pytest.raises(checks.NotReady, match="is no version"):
        checks.check(version, checkout)


def test_another_version_in_the_project_is_named(checkout: Path) -> None:
    with pytest.raises(checks.NotReady, match=r"pyproject\.toml says 1\.2\.3: set it"):
        checks.check("1.3.0", checkout)


def test_changes_that_are_not_committed_are_named(checkout: Path) -> None:
    (checkout / "left.txt").write_text("")
    with pytest.raises(checks.NotReady, match=r"not committed: left\.txt"):
        checks.check("1.2.3", checkout)


def test_a_version_that_was_released_from_elsewhere_is_not_released_again(
    checkout: Path,
) -> None:
    git(checkout, "tag", "v1.2.3")
    checks.check("1.2.3", checkout)  # as in CI, which the tag starts
    (checkout / "more.txt").write_text("")
    git(checkout, "add", ".")
    git(checkout, "commit", "-qm", "second")
    with pytest.raises(checks.NotReady, match="released already"):
        checks.check("1.2.3", checkout)


def test_the_notes_are_the_section_of_the_version() -> None:
    assert checks.release_notes(CHANGELOG, "1.2.3").strip() == "- Something new."
    assert checks.release_notes(CHANGELOG, "1.2.2").strip() == "- Something old."


@pytest.mark.parametrize("version", ["1.2", "1.2.4", "1.2.30", "Unreleased"])
def test_a_version_without_a_dated_section_is_named(version: str) -> None:
    with pytest.raises(checks.NotReady, match="rename Unreleased to it"):
        checks.release_notes(CHANGELOG, version)


def test_the_version_is_in_one_place() -> None:
    version = checks.stated_version(CHECKOUT)
    assert checks.VERSION.fullmatch(version)
    agent = re.search(
        r'"Gleaner/([\d.]+) ', (CHECKOUT / "myworld/settings.py").read_text()
    )
    assert agent
    assert version.startswith(f"{agent[1]}."), "the user agent names the minor version"


def test_the_list_of_components_has_what_is_locked_with_its_hashes(
    tmp_path: Path,
) -> None:
    file = artifacts.list_components(CHECKOUT, "1.2.3", tmp_path)
    document = json.loads(file.read_text())
    assert document["specVersion"] == "1.6"
    assert document["metadata"]["component"]["name"] == "gleaner"
    django = next(each for each in document["components"] if each["name"] == "django")
    assert django["purl"].startswith("pkg:pypi/django@")
    assert "sha-256" in json.dumps(django).lower()
    document["components"].remove(django)
    missing = artifacts.missing_components(CHECKOUT, document)
    assert missing == [f"django {django['version']}"]


def test_checksums_are_those_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(b"wheel")
    sums = artifacts.write_checksums([tmp_path / "a.whl"], tmp_path)
    done = subprocess.run(
        ["sha256sum", "--check", sums.name], cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 0
    (tmp_path / "a.whl").write_bytes(b"another")
    done = subprocess.run(
        ["sha256sum", "--check", sums.name], cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 1


def test_files_of_others_are_on_the_page_with_their_version() -> None:
    assert licences.differences(CHECKOUT) == []


def test_a_file_that_comes_or_goes_or_changes_its_version_is_named(
    tmp_path: Path,
) -> None:
    for folder in licences.FOLDERS:
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "docs").mkdir()
    folder = licences.FOLDERS[-1]
    (tmp_path / licences.LIST).write_text(
        f"| a | 1.0 | MIT | `{folder}/a.js` `{folder}/a.LICENSE` |\n"
    )
    (tmp_path / folder / "a.js").write_text("/*! a 2.0 */")
    (tmp_path / folder / "b.js").write_text("")
    assert licences.differences(tmp_path) == [
        f"{folder}/a.js does not say that it is version 1.0 of a",
        f"{folder}/b.js is not in {licences.LIST}",
        f"{licences.LIST} names {folder}/a.LICENSE, which is not there",
    ]


def test_every_vendored_folder_is_looked_at() -> None:
    files = git(CHECKOUT, "ls-files").splitlines()
    others = [
        file
        for file in files
        if "/vendor/" in file or file.endswith((".woff2", ".LICENSE", ".min.js"))
    ]
    assert others
    assert [file for file in others if not file.startswith(licences.FOLDERS)] == []


def test_the_images_are_built_from_files_that_are_there_for_two_kinds_of_machine() -> (
    None
):
    bake = json.loads((CHECKOUT / "infra/docker-bake.json").read_text())
    targets = bake["target"]
    assert targets["release"]["platforms"] == ["linux/amd64", "linux/arm64"]
    for name in bake["group"]["default"]["targets"]:
        target = targets[name]
        assert target["inherits"] == ["release"]
        place = CHECKOUT / target["context"] / target["dockerfile"]
        if target["context"] == ".":
            place = CHECKOUT / target["dockerfile"]
        assert place.is_file()
        assert target["tags"] == [f"${{REGISTRY}}/{name}:${{VERSION}}"]
    used = set(re.findall(r"\$\{(\w+)\}", json.dumps(targets)))
    assert used == set(bake["variable"])


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.dependabot", ".github/dependabot.yml"),
        ("vendor.github-workflows", ".github/workflows/ci.yml"),
    ],
)
def test_the_files_of_the_forge_hold_to_their_schemas(schema: str, file: str) -> None:
    done = checked(schema, CHECKOUT / file)
    assert done.exit_code == 0, done.output


def test_a_tag_is_released_after_the_tests_and_by_the_same_commands() -> None:
    workflow = yaml.safe_load((CHECKOUT / ".github/workflows/ci.yml").read_text())
    release = workflow["jobs"]["release"]
    assert release["needs"] == "test"
    commands = " ".join(step.get("run", "") for step in release["steps"])
    assert "make release VERSION=" in commands
    assert "infra/docker-bake.json" in commands


def test_folders_of_dependency_updates_are_there() -> None:
    updates = yaml.safe_load((CHECKOUT / ".github/dependabot.yml").read_text())
    for update in updates["updates"]:
        for folder in update.get("directories", [update.get("directory")]):
            assert (CHECKOUT / folder.strip("/")).is_dir()
