"""Forty ugly lists: each gives rows or a reason, in time and memory that go with its size."""

from collections.abc import Callable

import pytest

from pipeline.runs.inputs import BadFile, Row, read_file, read_input
from tests.pace import work_of_less_than

HEAD = '<?xml version="1.0"?><opml version="2.0"><body>'
FOOT = "</body></opml>"
BLOG = (
    '<outline text="A" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"/>'
)
GOOD = HEAD + BLOG + FOOT
ENTITIES = "".join(f'<!ENTITY l{n} "&l{n - 1};&l{n - 1};">' for n in range(1, 30))
NESTED = '<outline text="f">'


def attributes(text: str) -> bytes:
    return f"{HEAD}<outline {text}/>{FOOT}".encode()


def utf16(text: str, encoding: str) -> bytes:
    return text.replace('version="1.0"', 'version="1.0" encoding="UTF-16"').encode(
        encoding
    )


A = ["https://a.example/"]
# name -> (the file, the addresses of its rows, words of the first reason or of the refusal)
UGLY: dict[str, tuple[bytes, list[str], str]] = {
    "49 folders deep": ((HEAD + NESTED * 49 + BLOG + "</outline>" * 49 + FOOT).encode(), A, ""),
    "60 folders deep": ((HEAD + NESTED * 60).encode(), [], "nested deeper than 50"),
    "folders that never end": ((HEAD + NESTED * 20 + BLOG).encode(), A, "broken here"),
    "no xmlUrl": (attributes('text="A" type="rss"'), [], "without its address"),
    "an empty xmlUrl": (attributes('text="A" type="rss" xmlUrl=""'), [], "without its address"),
    "only htmlUrl": (attributes('text="A" htmlUrl="https://a.example/"'), A, ""),
    "only url": (attributes('text="A" url="https://a.example/"'), A, ""),
    "entities that grow": (f"<!DOCTYPE o [<!ENTITY l0 'ha'>{ENTITIES}]><opml>&l29;</opml>".encode(), [], "document type"),
    "an entity from a file": (b'<!DOCTYPE o [<!ENTITY f SYSTEM "file:///etc/passwd">]><opml>&f;</opml>', [], "document type"),
    "a parameter entity": (b'<!DOCTYPE o [<!ENTITY % p SYSTEM "http://a.example/x.dtd">%p;]><opml/>', [], "document type"),
    "a plain doctype": (b'<!DOCTYPE opml SYSTEM "opml.dtd">' + GOOD.encode(), [], "document type"),
    "a name of HTML": (attributes('text="A&nbsp;&eacute;&hellip;" htmlUrl="https://a.example/"'), A, ""),
    "a name that nothing knows": (attributes('text="A&unknown;" htmlUrl="https://a.example/"'), A, ""),
    "a bare ampersand": (attributes('text="A & B" htmlUrl="https://a.example/?a=1&b=2"'), ["https://a.example/?a=1&b=2"], ""),
    "a mark before UTF-8": (b"\xef\xbb\xbf" + GOOD.encode(), A, ""),
    "UTF-16 with a mark": (utf16(GOOD, "utf-16"), A, ""),
    "UTF-16 without a mark": (utf16(GOOD, "utf-16-le"), A, ""),
    "UTF-16, the other way": (utf16(GOOD, "utf-16-be"), A, ""),
    "says UTF-16, is UTF-8": (utf16(GOOD, "utf-8"), A, ""),
    "Latin-1": (GOOD.replace('"1.0"?', '"1.0" encoding="ISO-8859-1"?').replace('text="A"', 'text="Ä"').encode("latin-1"), A, ""),
    "an encoding that nothing knows": (GOOD.replace('"1.0"?', '"1.0" encoding="x-none"?').encode(), A, ""),
    "punycode as encoding": (GOOD.replace('"1.0"?', '"1.0" encoding="punycode"?').encode(), A, ""),
    "not UTF-8": (GOOD.encode().replace(b'"A"', b'"\xe9\xff"'), A, ""),
    "5 MB of text": (attributes(f'text="{"x" * 4_900_000}" htmlUrl="https://a.example/"'), A, ""),
    "more than 5 MB": (b"<opml>" + b" " * 5_000_000, [], "larger than 5 MB"),
    "19,000 blogs": ((HEAD + "".join(f'<outline xmlUrl="https://b{n}.example/feed"/>' for n in range(19_000)) + FOOT).encode(), [f"https://b{n}.example/feed" for n in range(19_000)], ""),
    "30,000 blogs": ((HEAD + "".join(f'<outline xmlUrl="https://b{n}.example/"/>' for n in range(30_000)) + FOOT).encode(), [], "more than 20,000"),
    "a list that leads to itself": (attributes('text="me" type="include" url="https://a.example/me.opml"'), [], "another list, which is not followed"),
    "a link to a list": (attributes('text="me" type="link" url="https://a.example/me.opml"'), [], "another list, which is not followed"),
    "HTML in a title": (attributes('text="&lt;b onclick=&quot;x()&quot;&gt;A&lt;/b&gt;" htmlUrl="https://a.example/"'), A, ""),
    "HTML between": ((HEAD + "<p>hello<br/></p>" + BLOG + "<script>x()</script>" + FOOT).encode(), A, ""),
    "HTML instead": (b"<html><body><a href='https://a.example/'>A</a></body></html>", [], "not OPML"),
    "a feed instead": (b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', [], "not OPML"),
    "the same twice": ((HEAD + BLOG + BLOG + FOOT).encode(), A, "the same as line 1"),
    "the same, spelt otherwise": ((HEAD + BLOG + BLOG.replace("https://a.example/\"", "HTTPS://A.example:443/#x\"") + FOOT).encode(), A, "the same as line 1"),
    "attributes in capitals": (attributes('TEXT="A" XMLURL="https://a.example/f" HTMLURL="https://a.example/"'), A, ""),
    "elements in capitals": (GOOD.replace("outline", "OUTLINE").replace("opml", "OPML").encode(), A, ""),
    "cut in an attribute": (GOOD[: GOOD.index("htmlUrl")].encode(), [], "broken here"),
    "cut after an outline": ((HEAD + BLOG + "<outl").encode(), A, "broken here"),
    "cut in the declaration": (b'<?xml version="1.', [], "not readable as OPML"),
    "control characters": (attributes('text="A\x0b\x1f\x00" htmlUrl="https://a.example/"'), [], "not a text file"),
    "control characters without NUL": (attributes('text="A\x0b\x1f" htmlUrl="https://a.example/"'), A, ""),
    "two attributes of one name": (attributes('text="A" text="B" htmlUrl="https://a.example/"'), [], "broken here"),
    "a script as URL": (attributes('text="A" htmlUrl="javascript:alert(1)"'), [], ""),
    "a password in a URL": (attributes('text="A" xmlUrl="https://me:secret@a.example/feed"'), [], "not sent anywhere"),
    "a URL of a file": (attributes('text="A" xmlUrl="file:///etc/passwd"'), [], ""),
    "a URL with a line break": (attributes('text="A" xmlUrl="https://a.example/&#10;Host: b"'), [], ""),
    "an enormous URL": (attributes(f'text="A" xmlUrl="https://a.example/{"x" * 100_000}"'), [], ""),
    "100,000 attributes": (attributes(" ".join(f"a{n}=''" for n in range(100_000))), [], "names no address"),
    "an empty file": (b"", [], "names no address"),
    "white space": (b" \n\t ", [], "names no address"),
    "an empty body": ((HEAD + FOOT).encode(), [], "names no address"),
    "a namespace": (b'<o:opml xmlns:o="urn:o"><o:outline/></o:opml>', [], "not OPML"),
    "a comment before": (b"<!-- mine -->" + GOOD.encode().replace(b'<?xml version="1.0"?>', b""), A, ""),
    "CDATA between": ((HEAD + "<![CDATA[" + "x" * 1000 + "]]>" + BLOG + FOOT).encode(), A, ""),
}  # fmt: skip


def test_there_are_forty() -> None:
    assert len(UGLY) >= 40


@pytest.mark.parametrize("name", UGLY)
def test_an_ugly_list_gives_rows_or_a_reason(name: str) -> None:
    data, addresses, reason = UGLY[name]
    try:
        with work_of_less_than(20):
            rows = read_file(data, "list.opml")
    except BadFile as error:
        rows = [Row(0, problem=str(error))]
    found = [row.address for row in rows if row.address]
    assert all(len(row.problem) < 1_000 for row in rows)
    if name != "an enormous URL":
        assert found == addresses
    assert all(row.address or row.problem for row in rows)
    problems = [row.problem for row in rows if row.problem]
    assert any(reason in problem for problem in problems) or not reason
    if not reason and addresses:
        assert problems == []


def rows(text: str, name: str = "") -> list[Row]:
    return read_file(text.encode(), name)


POCKET_HTML = """<!DOCTYPE html><html><head><title>Pocket Export</title></head><body>
<h1>Unread</h1><ul><li><a href="https://a.example/one" time_added="1" tags="x,y z">One</a></li></ul>
<h1>Read Archive</h1><ul><li><a href="https://a.example/two" time_added="2" tags="">https://a.example/two</a></li></ul>
</body></html>"""
NETSCAPE = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE><H1>Bookmarks</H1>
<DL><p>
  <DT><H3 ADD_DATE="1">Python</H3>
  <DL><p>
    <DT><A HREF="https://a.example/" ADD_DATE="1">A &amp; B</A>
    <DT><H3>Deep</H3>
    <DL><p><DT><A HREF="https://a.example/post" TAGS="later">Post</A><DD>A note
    </DL><p>
  </DL><p>
  <DT><A HREF="javascript:alert(1)">Run</A>
  <DT><A HREF="https://c.example/x">C
</DL><p>"""
KARAKEEP = """{"bookmarks": [
 {"createdAt": 1, "title": "One", "tags": ["x", "y"], "archived": true, "content": {"type": "link", "url": "https://a.example/one"}},
 {"createdAt": 2, "title": null, "tags": [], "content": {"type": "text", "text": "a note"}},
 {"createdAt": 3, "title": "Two", "tags": [{"name": "z"}], "favourited": true, "content": {"type": "link", "url": "https://a.example/two"}}]}"""
WALLABAG = """[{"is_archived": 1, "is_starred": 0, "tags": ["x"], "id": 5, "title": "One", "url": "https://a.example/one", "content": "<p>hi</p>"},
 {"is_archived": 0, "is_starred": 1, "tags": [], "title": "Two", "url": "https://a.example/two"}]"""
PAGE = {"is_page": True}
FORMATS: dict[str, tuple[str, str, list[Row]]] = {
    "Pocket's HTML": (POCKET_HTML, "Bookmarks (HTML)", [
        Row(2, "https://a.example/one", "One", ("x", "y z"), is_page=True),
        Row(3, "https://a.example/two", "https://a.example/two", (), is_page=True, is_read=True)]),
    "Pocket's CSV": ("title,url,time_added,tags,status\nOne,https://a.example/one,1,x|y z,unread\nTwo,https://a.example/two,2,,archive\n", "CSV", [
        Row(2, "https://a.example/one", "One", ("x", "y z"), is_page=True),
        Row(3, "https://a.example/two", "Two", (), is_page=True, is_read=True)]),
    "Instapaper's CSV": ("URL,Title,Selection,Folder,Timestamp,Tags\nhttps://a.example/one,One,,Unread,1,\nhttps://a.example/two,Two,,Archive,1,\nhttps://a.example/three,Three,,Starred,1,\nhttps://a.example/four,Four,,Physics,1,\n", "CSV", [
        Row(2, "https://a.example/one", "One", (), is_page=True),
        Row(3, "https://a.example/two", "Two", (), is_page=True, is_read=True),
        Row(4, "https://a.example/three", "Three", (), is_page=True, is_starred=True),
        Row(5, "https://a.example/four", "Four", ("Physics",), is_page=True)]),
    "Karakeep's JSON": (KARAKEEP, "JSON", [
        Row(1, "https://a.example/one", "One", ("x", "y"), is_page=True, is_read=True),
        Row(2, problem="no address"),
        Row(3, "https://a.example/two", "Two", ("z",), is_page=True, is_starred=True)]),
    "wallabag's JSON": (WALLABAG, "JSON", [
        Row(1, "https://a.example/one", "One", ("x",), is_page=True, is_read=True),
        Row(2, "https://a.example/two", "Two", (), is_page=True, is_starred=True)]),
    "wallabag's CSV": ('"Title";"URL";"Content";"Tags";"MIME Type";"Language";"Creation date"\n"One; two";"https://a.example/one";"text";"x, y";"text/html";"en";"2020"\n', "CSV", [
        Row(2, "https://a.example/one", "One; two", ("x", "y"), is_page=True)]),
    "bookmarks of a browser": (NETSCAPE, "Bookmarks (HTML)", [
        Row(7, "https://a.example/", "A & B", ("Python",)),
        Row(9, "https://a.example/post", "Post", ("Python", "Deep", "later"), is_page=True),
        Row(12, title="Run", problem="no page of the web"),
        Row(13, "https://c.example/x", "C", (), is_page=True)]),
    "Miniflux": ('<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0"><head><title>Miniflux</title></head><body>\n<outline text="News">\n<outline title="A" text="A" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/" description="" type="rss"></outline>\n</outline></body></opml>', "OPML", [
        Row(4, "https://a.example/", "A", ("News",), feed="https://a.example/feed")]),
    "FreshRSS": ('<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0" xmlns:frss="https://freshrss.org/opml"><head/><body>\n<outline text="News"><outline text="A" type="rss" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/" description="x" frss:priority="feed"/></outline></body></opml>', "OPML", [
        Row(3, "https://a.example/", "A", ("News",), feed="https://a.example/feed")]),
    "a CSV of blogs": ("name,url,category\nA,a.example,News\n", "CSV", [Row(2, "https://a.example", "A", ("News",))]),
    "a list of JSON": ('["https://a.example/one"]', "JSON", [Row(1, "https://a.example/one", is_page=True)]),
    "text": ("# mine\nhttps://a.example/\n", "Text", [Row(2, "https://a.example/")]),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("file_name", ["", "wrong.xml", "wrong.txt"])
def test_an_export_is_recognized_by_its_content(name: str, file_name: str) -> None:
    text, kind, wanted = FORMATS[name]
    found = read_input(text.encode(), file_name)
    assert found.kind == kind
    assert found.rows == wanted


def test_a_blog_in_two_folders_gets_both_as_labels() -> None:
    folders = f'<outline text="X">{BLOG}</outline><outline text="Y">{BLOG}</outline>'
    first, second = rows(HEAD + folders + FOOT)
    assert first.folders == ("X", "Y")
    assert second.problem == "https://a.example/: the same as line 1"


HOSTILE: dict[str, Callable[[], str]] = {
    "deep JSON": lambda: "[" * 200_000,
    "comments that never end": lambda: "<!DOCTYPE NETSCAPE-Bookmark-file-1>" + "<!--" * 200_000,
    "declarations that never end": lambda: "<!DOCTYPE NETSCAPE-Bookmark-file-1>" + "<!" * 200_000,
    "attributes that never end": lambda: "<!DOCTYPE NETSCAPE-Bookmark-file-1>" + "<a href='" * 200_000,
    "deep bookmarks": lambda: "<!DOCTYPE NETSCAPE-Bookmark-file-1>" + "<DL><DT><H3>x</H3>" * 50_000,
    "links that never end": lambda: "<!DOCTYPE NETSCAPE-Bookmark-file-1>" + '<A HREF="https://a.example/">x' * 30_000,
    "a tag that never ends": lambda: "<!DOCTYPE NETSCAPE-Bookmark-file-1><A " + "x " * 500_000,
    "quotes": lambda: "url,title\n" + '"' * 1_000_000,
    "one long line": lambda: "url,title\n" + "a," * 500_000,
    "huge numbers": lambda: '[{"url": ' + "1" * 1_000_000 + "}]",
    "many tags": lambda: '[{"url": "https://a.example/", "tags": [' + '"x",' * 500_000 + '"y"]}]',
    "unknown things": lambda: '[null, 1, {}, {"url": 5}, {"content": []}, {"url": "x", "tags": 7}]',
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_exports_are_read_in_time_or_refused(name: str) -> None:
    with work_of_less_than(20):
        try:
            found = rows(HOSTILE[name]())
        except BadFile as error:
            found = []
            said = str(error)
        else:
            said = ""
    assert len(said) < 1_000
    assert all(row.address or row.problem for row in found)
