"""`python -m tools.bench.stub`: the product's worker for extraction, which does everything but
extract.

Every page comes to a draft of two sentences, so that what is left is the cost of carrying a URL
through the stages; what an article of the usual length costs to store and to index is in the whole.
"""

import hashlib
import os
import sys
from typing import Any

from pipeline.core.records import Draft
from pipeline.extraction.extract import Examined, examine


def two_sentences(body: bytes, url: str, *args: Any, **options: Any) -> Examined:
    """Stand in for `pipeline.extraction.extract.examine`."""
    mark = hashlib.blake2b(url.encode(), digest_size=8).hexdigest()
    own = int.from_bytes(bytes.fromhex(mark), "big", signed=True)
    text = f"This is article {mark}. It says nothing else."
    draft = Draft(
        url=url,
        title=f"Article {mark}",
        text=text,
        html=f"<p>{text}</p>",
        word_count=8,
        simhash=own,
    )
    return Examined(draft, None)


def replace_extraction() -> None:
    """Make the stage of this process call the stand-in; Django must be set up."""
    from pipeline.extraction import stage

    called = vars(stage)
    assert called["examine"] is examine, "the stage calls another function now"
    called["examine"] = two_sentences


def main() -> None:
    os.environ |= {"GLEANER_PROCESS": "extract", "CELERY_SKIP_CHECKS": "1"}
    import django

    from myworld.celery import app

    django.setup()
    from django.conf import settings

    from pipeline.broker import queues
    from pipeline.broker.worker import run_worker

    replace_extraction()
    with app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=20, interval_start=0.5, interval_max=3)
        queues.declare(connection, settings.QUEUE_TYPE)
    sys.exit(run_worker("extract"))


if __name__ == "__main__":
    main()
