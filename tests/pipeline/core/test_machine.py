"""A container's limits count for less than the machine only where they are less."""

from pathlib import Path

import pytest

from pipeline.core.machine import cores, memory_bytes


@pytest.mark.parametrize(
    ("quota", "expected"), [("100000 100000", 1), ("50000 100000", 1)]
)
def test_a_container_has_the_cores_that_it_is_given(
    tmp_path: Path, quota: str, expected: int
) -> None:
    (tmp_path / "cpu.max").write_text(f"{quota}\n")
    assert cores(tmp_path) == expected


def test_without_a_limit_all_of_the_machine_is_there(tmp_path: Path) -> None:
    all_cores = cores(tmp_path / "missing")
    everything = memory_bytes(tmp_path / "missing")
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert cores(tmp_path) == all_cores
    assert memory_bytes(tmp_path) == everything > 100_000_000

    (tmp_path / "cpu.max").write_text(f"{10_000 * 100_000} 100000\n")
    assert cores(tmp_path) == all_cores


def test_a_container_has_the_memory_that_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("67108864\n")
    assert memory_bytes(tmp_path) == 67_108_864
