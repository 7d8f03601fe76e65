"""Blocks of a source's pages that people want kept, whatever a rule says."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Status

from catalog.models import KeptBlock, Source
from pipeline.api import schemas
from pipeline.api.app import ERRORS, Problem
from pipeline.api.pagination import username
from pipeline.runs import kept_blocks

router = Router(tags=["sources"])


@router.get(
    "/sources/{int:pk}/left-out",
    response={200: list[schemas.LeftOutByRule], ERRORS: Problem},
)
def list_left_out(request: HttpRequest, pk: int) -> Any:
    """List how many blocks each rule left out of the source's newest 100 articles."""
    return kept_blocks.left_out_lately(get_object_or_404(Source, pk=pk))


@router.get(
    "/sources/{int:pk}/kept-blocks",
    response={200: list[schemas.KeptBlock], ERRORS: Problem},
)
def list_kept_blocks(request: HttpRequest, pk: int) -> Any:
    """List the blocks that stay in the source's articles although a rule names them."""
    return list(get_object_or_404(Source, pk=pk).kept_blocks.all())


@router.post(
    "/sources/{int:pk}/kept-blocks",
    response={201: schemas.KeptChange, ERRORS: Problem},
)
def keep_block(request: HttpRequest, pk: int, body: schemas.KeepInput) -> Any:
    """Keep blocks that a rule leaves out: those that begin with `words`, or all of the rule. The
    run extracts the articles again that lack one; with `preview` nothing is changed, and each URL
    of the run says what would be."""
    source = get_object_or_404(Source, pk=pk)
    by = username(request)
    if body.preview:
        run = kept_blocks.preview_keep(source, body.rule, body.words, by)
        return Status(201, {"kept": None, "run": run})
    kept, again = kept_blocks.keep_and_extract(source, body.rule, body.words, by)
    return Status(201, {"kept": kept, "run": again})


@router.delete(
    "/sources/{int:pk}/kept-blocks/{int:kept}",
    response={200: schemas.KeptChange, ERRORS: Problem},
)
def undo_kept_block(
    request: HttpRequest, pk: int, kept: int, preview: bool = False
) -> Any:
    """Leave such blocks out again. The run extracts the articles again that hold one; with
    `preview` nothing is changed."""
    found = get_object_or_404(KeptBlock, pk=kept, source=pk)
    by = username(request)
    if preview:
        return {"kept": found, "run": kept_blocks.preview_undo(found, by)}
    return {"kept": None, "run": kept_blocks.undo_and_extract(found, by)}
