"""The numbers of a run as each screen shows them, read over HTTP as a browser would."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
from lxml import html
from lxml.html import HtmlElement

from tools.watch.contradictions import ENDED, Reading

TIMEOUT_SECONDS = 30
PROGRESS = re.compile(r"([\d,]+) of ([\d,]+) done \((\d+) %\)")
RESULT = re.compile(r"([\d,]+) stored of ([\d,]+) found")
NUMBER = re.compile(r"\d[\d,.]*")
METRIC = re.compile(
    r'gleaner_active_journeys\{stage="\w+",state="(\w+)"\} ([\d.e+]+)', re.M
)


class Unreadable(Exception):
    """A screen could not be read: its server is away, as faults make it."""


class Screens:
    """What shows the numbers of runs; `link` signs in."""

    def __init__(self, link: str) -> None:
        parts = urlsplit(link)
        self._base = f"{parts.scheme}://{parts.netloc}"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.get(link, timeout=TIMEOUT_SECONDS).raise_for_status()

    def api(self, run: int) -> Reading:
        """Return the run as the API tells it, by which the screens are judged."""
        told = self._json(f"/api/runs/{run}")
        return Reading("API of the run", told["state"], told["counts"])

    def others(self, run: int) -> Iterator[Reading]:
        """Every other screen. Raises Unreadable."""
        yield self._run_page(run, f"/runs/{run}/")
        yield self._run_page(run, f"/runs/{run}/live")
        yield self._list("list of runs", "/runs/", run, "//tr[@data-row]")
        yield self._list("first page", "/", run, "//*[@id='home-runs']/li")
        yield self._api_list(run)
        yield self._metrics()

    def words(self, run: int) -> set[str]:
        """Return what the pages of the run and of the queues say about how it goes, with N for
        numbers."""
        page = self._html(f"/runs/{run}/")
        said = page.xpath(
            "//main//*[contains(concat(' ', @class, ' '), ' alert ')][not(@hidden)]"
            "|//main//*[contains(concat(' ', @class, ' '), ' callout ')]"
            "|//*[@id='head']//*[contains(@class, 'page-says')]"
        )
        queues = self._html("/queues/").xpath(
            "//main//*[contains(@class, 'health-')]"
            "|//main//*[contains(concat(' ', @class, ' '), ' alert ')][not(@hidden)]"
        )
        return {NUMBER.sub("N", _text(each)) for each in [*said, *queues]} - {""}

    def _run_page(self, run: int, path: str) -> Reading:
        page = self._html(path)
        [live] = page.xpath("//*[@id='live']")
        [head] = page.xpath("//*[@id='head']")
        numbers: dict[str, int] = {}
        for part in live.xpath(".//div[contains(@class, 'sum')]/span[b or a/b]"):
            number, name = re.match(r"([\d,]+) (.+)", _text(part)).groups()
            numbers[name] = _number(number)
        if "found" in numbers:
            numbers = {**dict.fromkeys([*ENDED, "pending"], 0), **numbers}
        percent = re.search(r"(\d+) % done", _text(live))
        if percent:
            numbers["percent"] = int(percent[1])
        return Reading(path.replace(str(run), "ID"), _state(head), numbers)

    def _list(self, screen: str, path: str, run: int, rows: str) -> Reading:
        link = f".//a[@href='/runs/{run}/']"
        found = [row for row in self._html(path).xpath(rows) if row.xpath(link)]
        if not found:
            return Reading(screen)
        row = found[0]
        numbers: dict[str, int] = {}
        progress = PROGRESS.search(_text(row))
        if progress:
            names = ("ended", "found", "percent")
            numbers = dict(zip(names, map(_number, progress.groups()), strict=True))
        result = RESULT.search(_text(row))
        if result:
            numbers = dict(
                zip(("stored", "found"), map(_number, result.groups()), strict=True)
            )
        for cell in row.xpath("./td[@data-label]"):
            name = cell.get("data-label").lower()
            if name in ("found", *ENDED):
                numbers[name] = _number(_text(cell))
        return Reading(screen, _state(row), numbers)

    def _api_list(self, run: int) -> Reading:
        lines = self._json("/api/runs")["items"]
        line = next(line for line in lines if line["id"] == run)
        return Reading("API list of runs", line["state"], line["counts"] or {})

    def _metrics(self) -> Reading:
        """Return the URLs of all runs that have not ended; there is one at a time."""
        numbers: dict[str, int] = {}
        for state, number in METRIC.findall(self._get("/metrics").text):
            numbers[state] = numbers.get(state, 0) + int(float(number))
        if numbers:
            numbers = {**dict.fromkeys([*ENDED, "pending"], 0), **numbers}
            numbers["found"] = sum(numbers.values())
        return Reading("metrics", "", numbers)

    def _html(self, path: str) -> HtmlElement:
        return html.fromstring(self._get(path).text)

    def _json(self, path: str) -> Any:
        return self._get(path).json()

    def _get(self, path: str) -> requests.Response:
        try:
            answer = self._session.get(f"{self._base}{path}", timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            raise Unreadable(f"{path}: {error}") from error
        if answer.status_code == 503:
            raise Unreadable(f"{path}: 503")
        answer.raise_for_status()
        return answer


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _state(element: HtmlElement) -> str:
    badges = element.xpath(".//span[contains(concat(' ', @class, ' '), ' state ')]")
    if badges:
        return _text(badges[0])
    return ""
