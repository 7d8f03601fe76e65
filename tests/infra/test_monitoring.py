"""Rules and dashboard speak of queues that exist, in figures that RabbitMQ really gives."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from pipeline.broker.queues import DEAD_LETTERS, STAGES

MONITORING = Path(__file__).parents[2] / "infra/monitoring"
RULES = yaml.safe_load((MONITORING / "rules.yaml").read_text())["groups"][0]["rules"]
PANELS = json.loads((MONITORING / "dashboard.json").read_text())["panels"]
EXPRESSIONS = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in PANELS for target in panel["targets"]
]
# Read off RabbitMQ's exporter and ours, and of the well-known ones of the node exporter; `up` is
# Prometheus' own.
GIVEN = {
    "up",
    "gleaner_active_journeys",
    "gleaner_queue_oldest_seconds",
    "gleaner_queue_sample_age_seconds",
    "gleaner_runs",
    "gleaner_source_ended",
    "gleaner_source_failed",
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "rabbitmq_alarms_free_disk_space_watermark",
    "rabbitmq_alarms_memory_used_watermark",
    "rabbitmq_detailed_queue_consumers",
    "rabbitmq_detailed_queue_messages",
    "rabbitmq_detailed_queue_messages_ready",
    "rabbitmq_detailed_queue_messages_unacked",
    "rabbitmq_disk_space_available_bytes",
    "rabbitmq_disk_space_available_limit_bytes",
    "rabbitmq_global_messages_acknowledged_total",
    "rabbitmq_process_resident_memory_bytes",
    "rabbitmq_resident_memory_limit_bytes",
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_only_figures_are_used_that_are_given(expression: str) -> None:
    assert (
        set(re.findall(r"\b(?:rabbitmq_\w+|gleaner_\w+|node_\w+|up)\b", expression))
        <= GIVEN
    )


@pytest.mark.parametrize(
    "expression", [found for found in EXPRESSIONS if "queue=" in found]
)
def test_all_stages_are_watched_and_no_unknown_queue(expression: str) -> None:
    for names in re.findall(r'queue=~?"([^"]+)"', expression):
        assert set(names.split("|")) in (
            {*STAGES},
            {*STAGES, DEAD_LETTERS},
            {DEAD_LETTERS},
        )


def test_every_alert_says_what_is_wrong_and_how_urgent_it_is() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in ("page", "warn")
        assert rule["annotations"]["summary"]


@pytest.mark.skipif(not shutil.which("promtool"), reason="no promtool")
def test_the_rules_fire_when_they_should_and_not_before() -> None:
    done = subprocess.run(
        ["promtool", "test", "rules", MONITORING / "rules_test.yaml"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
