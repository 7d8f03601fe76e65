"""Each block of commands in docs/ says which test runs it, or why none does."""

import re

import pytest

from infra.local.stack import CHECKOUT

BLOCK = re.compile(
    r"(?P<above>[^\n]*)\n *```sh\n(?P<commands>.*?)\n *```$", re.M | re.S
)
RUN = re.compile(r" *<!-- run by (\S+) -->")
NOT_RUN = re.compile(r" *<!-- not run by a test: .+ -->")
BLOCKS = [
    (f"docs/{document.name}", found["above"], found["commands"])
    for document in sorted((CHECKOUT / "docs").glob("*.md"))
    for found in BLOCK.finditer(document.read_text())
]
LEAST = 5  # blocks that are run


@pytest.mark.parametrize(("document", "above", "commands"), BLOCKS)
def test_a_block_of_commands_names_the_test_that_runs_it_or_says_why_none_does(
    document: str, above: str, commands: str
) -> None:
    if NOT_RUN.fullmatch(above):
        return
    run = RUN.fullmatch(above)
    assert run, f"{document}: above `{commands.strip()}` stands neither"
    test = CHECKOUT / run[1]
    override = re.search(r"infra/compose\.\w+\.yml", commands)
    names = override[0] if override else document
    assert names in test.read_text(), f"{run[1]} does not name {names}"


def test_most_of_the_blocks_of_commands_are_run() -> None:
    run = [above for _, above, _ in BLOCKS if RUN.fullmatch(above)]
    assert len(run) > LEAST
