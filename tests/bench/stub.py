"""`python -m tests.bench.stub`: the product's worker for extraction, which does everything but extract.

Every page comes to the same draft: that of a real page of the generator, with title and text made its own.
"""

import hashlib
import os
from dataclasses import replace
from typing import Any

from pipeline.extraction import extract
from pipeline.records import Draft
from tests.bench.library import SEED
from tests.bench.pages import page

USUAL = 103  # a page whose article is as long as the average one


def stubbed() -> Any:
    """A function in the place of `pipeline.extraction.extract`."""
    usual = page(SEED, USUAL)
    model = extract(usual.body, "https://example.org" + usual.path)
    assert isinstance(model, Draft)

    def draft(body: bytes, url: str, *args: Any, **options: Any) -> Draft:
        mark = hashlib.blake2b(url.encode(), digest_size=8).hexdigest()
        own = int.from_bytes(bytes.fromhex(mark), "big", signed=True)
        return replace(model, url=url, title=f"{model.title} {mark}", text=f"{mark} {model.text}", simhash=own)

    return draft


def main() -> None:
    os.environ |= {"GLEANER_PROCESS": "extract", "CELERY_SKIP_CHECKS": "1"}
    import django

    from myworld.celery import app

    django.setup()
    from django.conf import settings

    from pipeline import drafts, queues

    assert drafts.extract is extract, "the stage calls another function now: stub that one"
    drafts.extract = stubbed()
    with app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=20, interval_start=0.5, interval_max=3)
        queues.declare(connection, settings.QUEUE_TYPE)
    app.worker_main(queues.worker_command("extract")[2:])


if __name__ == "__main__":
    main()
