"""The extract worker with a parser that sleeps for PARSER_SECONDS where ours would work.

So more of them than there are cores can be seen to do more. Everything around the parser is the
product's own.
"""

import os
import sys
import time
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import django
from celery.signals import worker_init

import myworld.celery  # noqa: F401 - the app whose worker it is
from pipeline.broker.worker import run_worker

SECONDS = float(os.environ.get("PARSER_SECONDS") or 0)


@worker_init.connect
def sleep_instead(**_: Any) -> None:
    """Once Django is there, and before the worker's processes are."""
    from pipeline.core.records import Draft
    from pipeline.extraction import stage as extraction_stage

    def extract(body: bytes, url: str, *args: Any, **kwargs: Any) -> Draft:
        time.sleep(SECONDS)
        number = uuid5(NAMESPACE_URL, url).int
        text = f"The words of page {number}. " * 50
        return Draft(
            url,
            f"Page {number}",
            text,
            f"<p>{text}</p>",
            word_count=250,
            simhash=number % 2**63,
        )

    extraction_stage.extract = extract  # type: ignore[attr-defined]


if __name__ == "__main__":
    django.setup()
    sys.exit(run_worker("extract"))
