"""What the launch form takes, what it refuses, and how it says so."""

import pytest

from pipeline.runs.forms import LaunchForm
from tests.pace import work_of_less_than

KEY = "2f1c1c1e-3c3d-4b6e-9a53-111111111111"


def form(addresses: str, **values: str) -> LaunchForm:
    return LaunchForm({"addresses": addresses, "key": KEY, **values})


def test_it_works() -> None:
    sent = form(
        "https://a.example/ b.example/blog/",
        since="2024-01-02",
        until="2024-02-03",
        skip="3",
        limit="10",
        include="/blog/\n\n*/2024/*",
    )
    assert sent.is_valid(), sent.errors
    assert sent.parameters == {
        "addresses": ["https://a.example/", "https://b.example/blog/"],
        "since": "2024-01-02",
        "until": "2024-02-03",
        "skip": 3,
        "limit": 10,
        "include": ["/blog/", "*/2024/*"],
        "exclude": [],
        "language": [],
        "refetch": False,
        "dry_run": False,
    }


def test_what_is_left_empty_asks_for_everything() -> None:
    sent = form("https://a.example/")
    assert sent.is_valid()
    assert sent.parameters == {
        "addresses": ["https://a.example/"],
        "since": None,
        "until": None,
        "skip": 0,
        "limit": None,
        "include": [],
        "exclude": [],
        "language": [],
        "refetch": False,
        "dry_run": False,
    }


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"addresses": ""}, "addresses", "at least one URL"),
        ({"addresses": " \n "}, "addresses", "at least one URL"),
        ({"addresses": "# nothing but a remark"}, "addresses", "at least one URL"),
        ({"addresses": "file:///etc/passwd"}, "addresses", "file:///etc/passwd"),
        ({"addresses": "hello"}, "addresses", "hello"),
        (
            {"addresses": "https://a.example/ javascript:alert(1)"},
            "addresses",
            "javascript:alert(1",
        ),
        ({"addresses": "http://"}, "addresses", "http:"),
        ({"addresses": "https://a.example:99999/"}, "addresses", "99999"),
        (
            {"addresses": "\n".join(f"https://{n}.example/" for n in range(201))},
            "addresses",
            "Too many URLs: 201",
        ),
        (
            {"addresses": "\n".join(f"https://{n}.example/" for n in range(10_000))},
            "addresses",
            "Too many URLs: 10,000",
        ),
        (
            {"addresses": "https://a.example/", "since": "yesterday"},
            "since",
            "valid date",
        ),
        (
            {
                "addresses": "https://a.example/",
                "since": "2024-02-02",
                "until": "2024-02-01",
            },
            "until",
            "before",
        ),
        (
            {"addresses": "https://a.example/", "limit": "0"},
            "limit",
            "greater than or equal to 1",
        ),
        (
            {"addresses": "https://a.example/", "limit": "-1"},
            "limit",
            "greater than or equal to 1",
        ),
        ({"addresses": "https://a.example/", "skip": "many"}, "skip", "whole number"),
        (
            {"addresses": "https://a.example/", "limit": "9" * 30},
            "limit",
            "less than or equal",
        ),
        ({"addresses": "https://a.example/", "name": "n" * 201}, "name", "200"),
        ({"addresses": "https://a.example/\0"}, "addresses", "Null characters"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    values: dict[str, str], field: str, said: str
) -> None:
    sent = LaunchForm({"key": KEY, **values})
    assert not sent.is_valid()
    assert said in " ".join(sent.errors[field])


def test_every_bad_piece_is_named_and_many_are_counted() -> None:
    sent = form("\n".join(f"bad{n}" for n in range(25)))
    assert not sent.is_valid()
    assert "bad0" in sent.errors["addresses"][0]
    assert sent.errors["addresses"][-1] == "And 15 more."


def test_ten_thousand_addresses_are_refused_at_once() -> None:
    with work_of_less_than(0.5):
        assert not form(
            "\n".join(f"https://{n}.example/some/path/" for n in range(10_000))
        ).is_valid()


def test_what_is_no_url_can_be_left_out() -> None:
    typed = "https://a.example/ hello mailto:me@a.example 10.0.0.1 b.example"
    refused = form(typed)
    assert not refused.is_valid()
    assert list(refused.valid) == ["https://a.example/", "https://b.example"]
    taken = form(typed, only_valid="on")
    assert taken.is_valid()
    assert taken.parameters["addresses"] == ["https://a.example/", "https://b.example"]
    assert not form("hello", only_valid="on").is_valid()


def test_more_than_a_run_takes_is_split_where_that_is_said() -> None:
    many = "\n".join(f"https://{n}.example/" for n in range(201))
    refused = form(many)
    assert not refused.is_valid()
    assert refused.parts == 2
    assert "several crawls with up to 200 each" in refused.errors["addresses"][0]
    split = form(many, split="on")
    assert split.is_valid()
    assert len(split.parameters["addresses"]) == 201


def test_a_scoped_key_has_the_halves_of_key_and_options() -> None:
    one, other = form("https://a.example/"), form("https://b.example/")
    assert one.is_valid()
    assert other.is_valid()
    assert one.key_scope == other.key_scope == other.scoped_key[:32]
    assert one.scoped_key != other.scoped_key
    assert len(one.scoped_key) == 64


def test_the_key_is_the_wish_and_the_form_together() -> None:
    def key(**values: str) -> str:
        sent = LaunchForm({"addresses": "https://a.example/", "key": KEY, **values})
        assert sent.is_valid()
        return sent.idempotency_key

    assert key() == key()
    assert (
        len({key(), key(limit="3"), key(name="x"), key(key=KEY.replace("1", "2"))}) == 4
    )
