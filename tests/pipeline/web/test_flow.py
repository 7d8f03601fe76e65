"""The picture of the pipeline: its bands are as wide as their URLs, so they add up."""

from itertools import pairwise

import pytest
from django.test import Client

from pipeline.models import Run
from pipeline.summary.progress import progress
from pipeline.web.flow import across, flow_of, upright
from tests.pages import a_run, journeys

pytestmark = pytest.mark.django_db


def a_full_run() -> Run:
    run = a_run()
    journeys(run, 6, "skipped", "discover", reason="not-an-article", batch=None)
    journeys(run, 4, "failed", "fetch", reason="http-404")
    journeys(run, 3, "unchanged", "fetch")
    journeys(run, 5, in_progress=True)
    journeys(run, 2, "pending", "extract")
    journeys(run, 7, "stored", "store")
    journeys(run, 1, "duplicate", "store", reason="same-content")
    return run


def test_what_reaches_a_stage_leaves_it_or_is_still_there() -> None:
    flows = flow_of(progress(a_full_run()))
    assert [flow.reached for flow in flows] == [28, 22, 10, 8]
    for flow in flows:
        assert flow.passed + sum(part.number for part in flow.parts) == flow.reached
    for flow, following in pairwise(flows):
        assert flow.passed == following.reached
    assert flows[-1].passed == 7


def test_a_part_is_named_by_its_reason_else_by_its_state() -> None:
    fetch = flow_of(progress(a_full_run()))[1]
    named = {part.label: (part.state, part.number) for part in fetch.parts}
    assert named == {
        "in progress": ("pending", 5),
        "404 Not Found": ("failed", 4),
        "unchanged": ("unchanged", 3),
    }
    assert fetch.parts[1].query == "state=failed&stage=fetch&reason=http-404"


def test_many_reasons_share_a_band() -> None:
    run = a_run()
    for number in range(9):
        journeys(run, 9 - number, "failed", "fetch", reason=f"http-5{number:02}")
    fetch = flow_of(progress(run))[1]
    assert [part.number for part in fetch.parts] == [9, 8, 7, 6, 15]
    assert fetch.parts[-1].label == "5 other reasons"


@pytest.mark.parametrize("draw", [across, upright])
def test_the_widths_of_the_bands_add_up(draw: object) -> None:
    flows = flow_of(progress(a_full_run()))
    picture = draw(flows)  # type: ignore[operator]
    for node in picture.nodes:
        across_the_node = node.width if picture.upright else node.height
        band = node.band[2] if picture.upright else node.band[3]
        leaves = sum(branch.width for branch in node.branches)
        assert band + leaves == pytest.approx(across_the_node, abs=0.1)


def test_the_page_draws_it_with_links_to_the_urls(admin_client: Client) -> None:
    run = a_full_run()
    page = admin_client.get(f"/runs/{run.pk}/").text
    assert page.count('class="flow flow-') == 2
    wanted = (
        f"/runs/{run.pk}/journeys/?state=failed&amp;stage=fetch&amp;reason=http-404"
    )
    assert f'<a href="{wanted}" class="out-failed">' in page
    assert 'class="flow' not in admin_client.get(f"/runs/{a_run().pk}/").text
