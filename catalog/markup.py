"""An article's html, kept as what it has beside the article's text.

Nearly all words of the html are in the row already, as text. So the html is compressed with the
text as its dictionary, which leaves a fifteenth of it. Whoever selects the column gets the text
along, and never sees that.
"""

from typing import Any

from backports import zstd
from django.db import models

PLAIN = b"\0"  # before html that is kept as it is
ALONE = b"\1"  # before html that is compressed without the text
BESIDE_TEXT = b"\2"
SHORTEST_DICTIONARY = 8  # bytes; zstd takes no shorter one
SHORTEST_ALONE = 100  # bytes of html; shorter html does not get shorter
LENGTH_BYTES = 4
OPTIONS: dict[int, int] = {
    zstd.CompressionParameter.compression_level: 3,
    zstd.CompressionParameter.checksum_flag: 1,  # another text is an error, not other html
}


class MarkupField(models.TextField):
    """Html of a model that has a field `text`.

    An update of this column alone does not know the text, and is compressed without it. One of the
    text alone would leave html that nobody can read.
    """

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def select_format(self, compiler: Any, sql: str, params: Any) -> Any:
        """Select the text behind the html, and how long the html is before it."""
        table, dot, _ = sql.rpartition(".")
        text = f"convert_to({table}{dot}text, 'UTF8')"
        return f"int4send(length({sql})) || {sql} || {text}", [*params, *params]

    def from_db_value(self, value: Any, *context: Any) -> str | None:
        """Return the html of a value that `select_format` selected."""
        if value is None:
            return None
        found = bytes(value)
        end = LENGTH_BYTES + int.from_bytes(found[:LENGTH_BYTES])
        return unpack(found[LENGTH_BYTES:end], found[end:])

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return the value as it is kept, where the row's text is known."""
        value = super().pre_save(model_instance, add)
        text = model_instance.__dict__.get("text")
        if isinstance(value, str) and isinstance(text, str):
            return pack(value, text)
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str):
            value = pack(value, "")
        if isinstance(value, bytes):
            return connection.Database.Binary(value)
        return super().get_db_prep_save(value, connection)


def pack(html: str, text: str) -> bytes:
    """Return the html as it is kept beside this text."""
    words = text.encode()
    markup = html.encode()
    if len(words) >= SHORTEST_DICTIONARY:
        dictionary = zstd.ZstdDict(words, is_raw=True).as_prefix
        packed = zstd.compress(markup, options=OPTIONS, zstd_dict=dictionary)
        return BESIDE_TEXT + packed
    if len(markup) >= SHORTEST_ALONE:
        return ALONE + zstd.compress(markup, options=OPTIONS)
    return PLAIN + markup


def unpack(kept: bytes, text: bytes) -> str:
    """Return the inverse of `pack`; `text` as UTF-8."""
    mark = kept[:1]
    packed = kept[1:]
    if mark == BESIDE_TEXT:
        dictionary = zstd.ZstdDict(text, is_raw=True).as_prefix
        packed = zstd.decompress(packed, dictionary)
    elif mark == ALONE:
        packed = zstd.decompress(packed)
    return packed.decode()
