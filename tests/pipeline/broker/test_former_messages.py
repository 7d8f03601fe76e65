"""Messages that former versions sent are taken by this one: during a rolling update workers of two
versions share the queues.

`former/VERSION.json` has what each version sends, one message a task. The file of the version in
pyproject.toml is made by `RECORD_MESSAGES=1 make t T=tests/pipeline/broker/test_former_messages.py`;
those of versions that are tagged stay as they are.
"""

import inspect
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from kombu import Connection, Producer

from infra.local.blog import Blog
from myworld.celery import app
from pipeline.broker import chords, queues
from pipeline.broker.messages import capture_messages
from pipeline.broker.publisher import send_discover
from pipeline.broker.queues import EXCHANGE, ROUTES, START_JOB, task_name
from pipeline.journeys import canvas
from pipeline.models import Batch, Journey, Run
from tests.waiting import wait_until
from tools.release.checks import stated_version

pytestmark = [pytest.mark.broker, pytest.mark.django_db(transaction=True)]
FORMER = Path(__file__).with_name("former")
CHECKOUT = Path(__file__).parents[3]
RUN, BATCH, JOURNEY = 1007, 1003, 1011
OWN_OF_A_SENDING = ("reply_to", "origin", "expires")
# Of the sending thread
SENDER = re.compile(r'(?<="reply_to": ")[0-9a-f-]{36}')
SOME_SENDER = "11111111-1111-3111-8111-111111111111"
Message = dict[str, Any]


def messages_of_this_version() -> dict[str, Message]:
    """What is sent of each task, by its name."""
    with capture_messages() as sent:
        send_discover(RUN, task_id="discover")
        batch = Batch(pk=BATCH, run_id=RUN, number=0, size=1)
        canvas.canvas(batch, [JOURNEY]).apply_async(task_id="body")
        for name in sorted(set(ROUTES) - {task_name(each) for each in queues.STAGES}):
            options: dict[str, Any] = {"task_id": name}
            if name == START_JOB:
                options |= {
                    "args": [1],
                    "kwargs": {"since": "2026-03-14T09:26:53+00:00"},
                }
            current_app.send_task(name, **options)
    found = {}
    for _, message in sent:
        headers = {**message.headers}
        properties = {**message.properties}
        for name in OWN_OF_A_SENDING:
            headers.pop(name, None)
            properties.pop(name, None)
        text = json.dumps(
            {"headers": headers, "properties": properties, "body": message.body}
        )
        found[headers["task"]] = json.loads(SENDER.sub(SOME_SENDER, text))
    return found


def steps(message: Message) -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """The task of a message and those that follow it, each with its arguments."""
    args, kwargs, embedded = message["body"]
    yield message["headers"]["task"], args, kwargs
    for following in embedded.get("chain") or []:
        # It is given what the task before it returned: the ticket
        yield following["task"], [*args, *following["args"]], following["kwargs"]
    body = embedded.get("chord")
    if body:
        yield body["task"], body["args"], body["kwargs"]


def signature_of(name: str) -> inspect.Signature:
    """What a task takes, as its own function has it."""
    run = app.tasks[name].run
    handler = getattr(run, "__func__", run)
    return inspect.signature(getattr(handler, "__wrapped__", run))


def recorded() -> list[Path]:
    return sorted(FORMER.glob("*.json"))


def test_this_version_sends_what_is_on_record_for_it() -> None:
    sent = messages_of_this_version()
    file = FORMER / f"{stated_version(CHECKOUT)}.json"
    if os.environ.get("RECORD_MESSAGES"):
        file.write_text(json.dumps(sent, indent=1, sort_keys=True) + "\n")
    assert json.loads(file.read_text()) == sent


@pytest.mark.parametrize("file", recorded(), ids=lambda path: path.stem)
def test_each_task_of_a_former_message_is_there_and_takes_its_arguments(
    file: Path,
) -> None:
    app.loader.import_default_modules()
    for message in json.loads(file.read_text()).values():
        for name, args, kwargs in steps(message):
            assert name in app.tasks, f"{name} was sent by {file.stem}"
            signature_of(name).bind(*args, **kwargs)
            assert name in ROUTES


def test_arguments_that_a_task_does_not_take_are_found() -> None:
    app.loader.import_default_modules()
    for name, args in (("summarise", [RUN]), ("discover", []), ("fetch", [1, 2])):
        with pytest.raises(TypeError):
            signature_of(task_name(name)).bind(*args)


@pytest.mark.parametrize("file", recorded(), ids=lambda path: path.stem)
def test_a_url_that_a_former_version_sent_is_taken_to_the_end_by_this_one(
    file: Path, broker: Any, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    with Blog() as blog:
        parameters = {
            "addresses": [blog.url],
            "skip": 0,
            "limit": None,
            "include": [],
            "exclude": [],
        }
        Run.objects.create(
            pk=RUN, state="running", parameters=parameters, found=1, pending=1
        )
        batch = Batch.objects.create(pk=BATCH, run_id=RUN, number=0, size=1)
        url = f"{blog.url}posts/csv-without-pain/"
        Journey.objects.create(
            pk=JOURNEY,
            run_id=RUN,
            batch=batch,
            url=url,
            key=url.rstrip("/"),
            state="pending",
            stage="fetch",
        )
        chords.create_chord(canvas.derived("batch", BATCH), 1)
        for stage in ("fetch", "extract", "store", "summarise"):
            start("manage.py", "work", stage, CONCURRENCY="1")
        send(json.loads(file.read_text())["pipeline.fetch"])

        def ended() -> Journey | None:
            return Journey.objects.filter(pk=JOURNEY).exclude(state="pending").first()

        journey = wait_until(ended, what="for the URL")
        assert journey.state == "stored", f"{journey.reason} {journey.detail}"
        wait_until(
            lambda: Run.objects.filter(pk=RUN, state="finished").exists(),
            what="for the summary, which the chord counts",
        )


def send(message: Message) -> None:
    """Put a message on its queue as it was on the wire."""
    queue = ROUTES[message["headers"]["task"]]["queue"]
    how = dict(message["properties"])
    with Connection(app.conf.broker_url) as connection:
        queues.declare(connection)
        Producer(connection).publish(
            json.dumps(message["body"]),
            exchange=EXCHANGE,
            routing_key=queue,
            headers=message["headers"],
            content_type="application/json",
            content_encoding="utf-8",
            correlation_id=how.get("correlation_id"),
            delivery_mode=2,
        )
