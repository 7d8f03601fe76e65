"""Rows as a week of use leaves them, so that the pictures of the pages show what people will
see."""

import math
from datetime import timedelta
from typing import Any

from django.utils import timezone

from catalog.models import Article
from pipeline.models import Host, Journey, Run
from pipeline.monitor.models import LogEvent, QueueSample, QueueWait, WorkerHeartbeat
from pipeline.monitor.queues import sampler
from pipeline.summary import stage as summary_stage
from tests.pages import a_run, a_snapshot, an_article, journeys

POSTS = (
    (
        "Why asyncio tasks vanish, and how to keep them",
        "Grace Lindqvist",
        ["python", "asyncio"],
        ["python"],
        3,
    ),
    (
        "A field guide to PostgreSQL's query planner",
        "Tomás Herrera",
        ["postgresql", "performance"],
        ["sql"],
        6,
    ),
    (
        "Pattern matching is not a switch statement",
        "Grace Lindqvist",
        ["python"],
        ["python"],
        11,
    ),
    ("Packaging in an afternoon", "", ["python", "packaging"], ["toml", "bash"], 19),
    (
        "Wie ein Generator den Speicher schont",
        "Jonas Behrens",
        ["python"],
        ["python"],
        24,
    ),
    (
        "Notes on writing a crawler that nobody hates",
        "Ama Owusu",
        ["web", "crawling"],
        [],
        33,
    ),
    (
        "Typing a codebase of ten years",
        "Tomás Herrera",
        ["typing", "mypy"],
        ["python"],
        47,
    ),
    ("What a lock file promises", "Ama Owusu", ["packaging"], ["toml"], 62),
)
EXCERPT = (
    "The event loop keeps only a weak reference to a task. Whoever forgets the task that create_task returned may find "
    "that it was collected in the middle of its work, without a word in any log."
)
BODY = (
    "<p>The event loop keeps only a <em>weak</em> reference to a task. Whoever forgets it may find that it was "
    "collected in the middle of its work, <a href='https://docs.example/'>without a word</a> in any log.</p>"
    "<h2>What happens</h2><p>Three things have to come together:</p><ul><li>nobody holds the task,</li><li>it waits "
    "for something that nobody holds either,</li><li>and the collector runs.</li></ul>"
    '<pre><code class="language-python">import asyncio\n\nasync def main() -&gt; None:\n    tasks = set()\n    for '
    "number in range(3):\n        task = asyncio.create_task(work(number))  # held, not forgotten\n        "
    "tasks.add(task)\n        task.add_done_callback(tasks.discard)\n    await asyncio.gather(*tasks)\n</code></pre>"
    "<blockquote><p>Save a reference to the result of this function.</p></blockquote><h2>What it costs</h2>"
    "<table><tr><th>Way</th><th>Memory</th></tr><tr><td>A set</td><td>72 bytes a task</td></tr><tr><td>A group</td>"
    "<td>as much, and errors travel</td></tr></table><p>So hold it, with <code>set.add</code> or a group.</p>"
)
TEXT = (
    EXCERPT
    + "\n\nThree things have to come together.\n\nSo hold it, with a set or a group."
)
PATH = ("fetch", "extract", "store")
LIVELY = {
    "discover": 0,
    "fetch": 60,
    "extract": 25,
    "store": 4,
    "summarise": 0,
}  # messages at the height of a run


def articles() -> list[Article]:
    """Forty of several blogs, the newest first."""
    found = []
    for number in range(40):
        title, author, tags, languages, days = POSTS[number % len(POSTS)]
        said = {
            "title": title,
            "authors": [author] if author else [],
            "tags": tags,
            "code_languages": languages,
        }
        published = timezone.now() - timedelta(days=days + 60 * (number // len(POSTS)))
        found.append(
            an_article(
                number,
                host=f"{'ablog' if number % 3 else 'notes'}.example",
                html=BODY,
                excerpt=EXCERPT,
                published=published,
                word_count=640 + 93 * (number % 11),
                quality=0.93,
                text=TEXT,
                language="de" if "Speicher" in title else "en",
                imports=["asyncio"] if number % 2 else [],
                methods={
                    "title": "json-ld",
                    "published": "meta",
                    "text": "trafilatura",
                },
                quality_reasons=["the title is on the page", "the date is named twice"],
                **said,
            )
        )
    return found


def ended_run(stored: list[Article], **values: Any) -> Run:
    """A run of four minutes that stored most, left some and failed with three; with its log."""
    run, began = a_run(**values), timezone.now() - timedelta(minutes=4)
    Run.objects.filter(pk=run.pk).update(started_at=began, created_at=began)
    took = {
        "timings": {"fetch": 0.31, "extract": 0.12, "store": 0.01},
        "ended_at": timezone.now(),
        "bytes": 41_000,
    }
    for number, article in enumerate(stored):
        journeys(
            run,
            1,
            "stored",
            "store",
            article=article,
            detail="new" if number % 9 else "updated",
            **took,
        )
    journeys(run, 12, "unchanged", "fetch", **took)
    journeys(
        run,
        2,
        "duplicate",
        "store",
        reason="same-content",
        detail="https://notes.example/3/",
        **took,
    )
    journeys(run, 6, "skipped", "discover", reason="not-an-article", batch=None)
    journeys(
        run,
        1,
        "failed",
        "fetch",
        reason="timeout",
        detail="no answer within 30 s (tried 4 times)",
        **took,
    )
    run.batches.update(finished_at=timezone.now(), published_at=began, size=51)
    run.batches.create(number=1, size=40, published_at=began)
    log_of(run, 240)
    return run


def closed(run: Run) -> Run:
    """The run is over and counted."""
    run.batches.update(finished_at=timezone.now())
    summary_stage.close_run(run.pk)
    run.refresh_from_db()
    return run


def log_of(run: Run, seconds: int) -> None:
    """Lines of all stages over the last so many seconds, each stage a little after the one
    before."""
    lines, known = [], list(Journey.objects.filter(run=run).values_list("pk", "url"))
    for step in range(seconds // 2):
        for late, stage in enumerate(("discover", *PATH)):
            if late * 12 <= 2 * step < seconds - (3 - late) * 14 and (
                stage != "discover" or step < 8
            ):
                at, (journey, url) = (
                    timezone.now() - timedelta(seconds=seconds - 2 * step),
                    known[step % len(known)],
                )
                trouble = stage == "fetch" and step % 29 == 7
                event, data = "stage_finished", {"seconds": 0.31, "bytes": 41_207}
                if trouble:
                    event, data = (
                        "try_later",
                        {"status": 503, "reason": "http-503", "in_seconds": 8},
                    )
                lines.append(
                    LogEvent(
                        at=at,
                        level=30 if trouble else 20,
                        event=event,
                        stage=stage,
                        run=run.pk,
                        journey=journey,
                        url=url,
                        process=f"{stage}@worker-1",
                        task=f"run-{run.pk}-{step}",
                        data=data,
                    )
                )
    LogEvent.objects.bulk_create(lines)


def hosts() -> None:
    """What is known of two of them."""
    now = timezone.now()
    Host.objects.create(
        name="blog.example",
        delay=2.0,
        delay_reason="robots",
        latency=0.41,
        robots_fetched_at=now,
    )
    parked = {
        "parked_until": now + timedelta(minutes=9),
        "parked_reason": "http-429",
        "failures": 2,
    }
    Host.objects.create(
        name="notes.example", delay=1.0, latency=1.9, robots_fetched_at=now, **parked
    )


def samples() -> None:
    """Half an hour of queues in which a run came and went."""
    rows, now = [], timezone.now()
    for ago in range(1800, 0, -15):
        height = max(0.0, math.sin((1800 - ago) / 1800 * math.pi) ** 3)
        for queue in sampler.QUEUES:
            waiting = round(LIVELY.get(queue, 0) * height)
            done = (1800 - ago) * 4
            rows.append(
                QueueSample(
                    taken_at=now - timedelta(seconds=ago),
                    queue=queue,
                    waiting=waiting,
                    in_progress=min(waiting, 16),
                    consumers=1,
                    published=done + waiting,
                    acked=done,
                )
            )
    QueueSample.objects.bulk_create(rows)
    QueueWait.objects.bulk_create(
        QueueWait(
            stage=stage, about=n, seconds=0.2 * n, taken_at=now - timedelta(seconds=n)
        )
        for stage in PATH
        for n in range(60)
    )


def fresh_sample() -> None:
    """As RabbitMQ would say now: one stage grows, one has nobody."""
    now = timezone.now()
    for queue in sampler.QUEUES:
        waiting = {"fetch": 64, "extract": 31}.get(queue, 0)
        none = queue == "extract"
        QueueSample.objects.create(
            taken_at=now,
            queue=queue,
            waiting=waiting,
            in_progress=0 if none else min(waiting, 16),
            consumers=0 if none else 1,
            published=7300,
            acked=7210,
        )
    WorkerHeartbeat.objects.update(beat_at=now)


def workers(journey: int) -> None:
    """One of each stage, of which one was killed."""
    now, slots = (
        timezone.now(),
        {"discover": 4, "fetch": 16, "extract": 2, "store": 4, "summarise": 2},
    )
    for number, (stage, most) in enumerate(slots.items()):
        in_progress = (
            [
                {
                    "task": f"pipeline.{stage}",
                    "id": "x",
                    "journey": journey,
                    "since": None,
                }
            ]
            if stage in PATH
            else []
        )
        WorkerHeartbeat.objects.create(
            name=f"{stage}@worker-1",
            pid=40 + number,
            stage=stage,
            pool="thread",
            slots=most,
            memory=84 * 10**6,
            busy=len(in_progress),
            done=1_200 - 90 * number,
            in_progress=in_progress,
            started_at=now - timedelta(hours=2),
            beat_at=now - timedelta(seconds=900 if stage == "extract" else 4),
            version="0.1.0",
        )


def stored_page(article: Article) -> None:
    """The page that an article was made of, and what the article was before."""
    before = TEXT.replace("with a set or a group", "with a set").replace("Three", "Two")
    article.versions.create(
        title=article.title.replace("field ", ""),
        text=before,
        html=BODY,
        content_hash="before",
    )
    body = f"<!doctype html><html lang=en><title>A page</title><h1>{article.title}</h1>{BODY}"
    a_snapshot(article, body.encode())
