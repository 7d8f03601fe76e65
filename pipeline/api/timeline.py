"""When each stage of a run worked, and how its hosts answer."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from pipeline.api.app import ERRORS, Problem
from pipeline.models import Run
from pipeline.summary import timeline

router = Router(tags=["runs"])


class Lane(Schema):
    """One stage over a run's time: how many steps it took, and when the first and the last were."""

    stage: str
    steps: int
    began: datetime
    ended: datetime


class HostRow(Schema):
    """How a host answers: `delay` seconds between two requests, and who wants them; when it rests
    and why."""

    delay: float
    delay_reason: str
    latency: float
    robots: str
    failures: int
    last_failure: str
    next_at: datetime
    parked_until: datetime | None
    parked_reason: str
    closed_at: datetime | None

    @staticmethod
    def resolve_robots(host: Any) -> str:
        return str(host.robots_verdict)


class HostLine(Schema):
    """What a run has of one host; `share` is percent of its waiting URLs, `now` null where it was
    never asked."""

    name: str
    found: int
    ended: int
    failed: int
    share: int
    now: HostRow | None

    @staticmethod
    def resolve_now(line: Any) -> Any:
        return line.row


class Timeline(Schema):
    """When each stage of a run worked, and how its hosts answer."""

    stages: list[Lane]
    hosts: list[HostLine]


@router.get("/runs/{int:pk}/timeline", response={200: Timeline, ERRORS: Problem})
def show_timeline(request: HttpRequest, pk: int) -> Any:
    """When each stage of the run worked, to a hundredth of its time, and how its hosts answer."""
    run = get_object_or_404(Run, pk=pk)
    return {
        "stages": [_lane(lane) for lane in timeline.lanes(run)],
        "hosts": timeline.hosts(run),
    }


def _lane(lane: timeline.Lane) -> dict[str, Any]:
    return {
        "stage": lane.stage,
        "steps": lane.total,
        "began": lane.began_at,
        "ended": lane.ended_at,
    }
