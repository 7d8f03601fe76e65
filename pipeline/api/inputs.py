"""Files of addresses, for programs that launch what stands in them."""

from typing import Any

from django.http import HttpRequest
from ninja import File, Router, Schema, UploadedFile

from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.runs.inputs import MAX_BYTES, BadFile, read_file

router = Router(tags=["runs"])


class InputRow(Schema):
    """A line of the file: an address, or the reason why there is none."""

    line: int
    address: str
    title: str
    folders: list[str]
    problem: str


class InputFile(Schema):
    """What stands in the file; `addresses` is what a launch takes."""

    addresses: list[str]
    rows: list[InputRow]


@router.post("/addresses", response={200: InputFile, ERRORS: Problem})
def read_addresses_file(request: HttpRequest, file: UploadedFile = File(...)) -> Any:  # noqa: B008
    """Read a file of addresses (text, CSV or OPML, up to 5 MB) and launch nothing: each line with
    its address, title and folders, or with its problem."""
    try:
        rows = read_file(file.read(MAX_BYTES + 1), file.name or "")
    except BadFile as error:
        raise InvalidInput({"file": [str(error)]}) from error
    return {"addresses": [row.address for row in rows if row.address], "rows": rows}
