"""`.ci/check-subjects` holds new commits to the rule of CONTRIBUTING.md."""

import subprocess
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from infra.local.stack import CHECKOUT

SCRIPT = CHECKOUT / ".ci" / "check-subjects"
loader = SourceFileLoader("check_subjects", str(SCRIPT))
spec = spec_from_loader("check_subjects", loader)
assert spec is not None
check = module_from_spec(spec)
loader.exec_module(check)


@pytest.mark.parametrize(
    "subject",
    [
        "tests: Run one file within seconds.",
        "discovery, urls: Read `a:b` as a path.",
        'Revert "tests: Run one file within seconds."',
    ],
)
def test_a_subject_that_follows_the_rule_passes(subject: str) -> None:
    assert check.fault(subject) == ""


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("Run one file within seconds.", "form"),
        ("tests: run one file within seconds.", "form"),
        ("tests: Run one file within seconds", "form"),
        ("tests: Run one file ...", "form"),
        (f"tests: {'Run' * 30}.", "98 characters, at most 72"),
    ],
)
def test_a_subject_that_does_not_is_told_why(subject: str, reason: str) -> None:
    assert reason in check.fault(subject)


def test_only_commits_after_the_named_one_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    git("init", "-q")
    for subject in ("An old one", "tests: Add a case.", "one that breaks it"):
        git("commit", "-q", "--allow-empty", "-m", subject)
    old = git("rev-parse", "HEAD~2")

    assert check.subjects(old) == ["one that breaks it", "tests: Add a case."]
    assert check.subjects("0" * 40) == ["one that breaks it"]


def git(*arguments: str) -> str:
    name = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(
        ["git", *name, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
