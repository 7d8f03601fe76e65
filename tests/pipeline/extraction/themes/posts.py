"""Posts as lists of blocks. A block is a kind and what it holds."""

from dataclasses import dataclass, field
from typing import Any

Block = tuple[str, Any]


@dataclass(frozen=True)
class Post:
    """What an author wrote."""

    slug: str
    title: str
    author: str
    published: str  # ISO date
    tags: tuple[str, ...]
    blocks: list[Block] = field(default_factory=list, hash=False)


LONG = Post(
    "counting-boats",
    "Counting boats from a harbour wall",
    "Ines Bramley",
    "2024-03-09",
    ("harbour", "python"),
    [
        ("p", "For eleven weeks a cheap camera on the harbour wall has counted every boat that leaves before sunrise, and the numbers are not what the harbour office believes."),
        ("image", ("wall.jpg", "The camera on its bracket")),
        ("h2", "What the camera sees"),
        ("p", "The lens looks east. Between five and seven the light is so flat that a rowing boat and a buoy differ by a handful of pixels, which is why the first version counted buoys."),
        ("figure", ("dawn.png", "Grey water at dawn", "Frame 412: three boats, one buoy, no sun yet.")),
        ("p", "Three things helped, and none of them was clever:"),
        ("ul", ["Averaging eight frames before comparing them.", "Ignoring the strip where the waves break.", "Waiting until a shape has moved twice its own length."]),
        ("h2", "The counter"),
        ("p", "The whole program is shorter than this post. Its centre is a loop that compares each frame with the average of those before it:"),
        ("code", ("python", "def boats(frames):\n    seen = 0\n    for before, now in pairs(frames):\n        if moved(before, now) > 2:\n            seen += 1\n\n    return seen")),
        ("p", "Run it on a morning's folder and it prints a single number."),
        ("code", ("console", "$ python count.py monday/\n17")),
        ("h2", "Eleven weeks in one table"),
        ("table", ("Departures before seven", [["Week", "Counted", "Logged", "Fog"], ["9", "41", "38", "✓"], ["10", "44", "", ""], ["11", "39", "40", "–"]])),
        ("p", "The blank cell is the week in which the office lost its book. The harbour master blames the gulls; I have my own theory[^1]."),
        ("quote", "A boat that nobody wrote down did not sail, as far as this office is concerned."),
        ("p", "That sentence hangs on the office door, and it explains most of the difference."),
        ("h3", "Where the estimate comes from"),
        ("p", "Let the chance of missing a boat in one frame be small. Over many frames the share that is missed shrinks quickly:"),
        ("math", r"m_n = m_1^{n} \cdot e^{-\lambda t}"),
        ("ol", ["Mark a hundred boats by hand.", "Count how many of them the program finds.", "Divide, and do not round."]),
        ("embed", ("https://video.example/embed/harbour-dawn", "Harbour at dawn")),
        ("h2", "What is left to do"),
        ("tasks", [(True, "Count boats"), (True, "Ignore buoys"), (False, "Tell a trawler from a ferry")]),
        ("p", "Print this page and pin it beside the door, if you like; the harbour office will not."),
        ("code", ("python", "print(sum(week.counted for week in weeks))")),
        ("footnotes", ["My theory is that the book is at the bottom of the harbour."]),
    ],
)  # fmt: skip

SHORT = Post(
    "sort-by-two-keys",
    "Sort by two keys without a lambda",
    "Tomas Okoye",
    "2023-11-20",
    ("python", "til"),
    [
        ("p", "Today I learned that itemgetter takes more than one name and returns a tuple, which sorts as you would hope:"),
        ("code", ("python", "from operator import itemgetter\n\nrows.sort(key=itemgetter('year', 'title'))")),
        ("p", "The same works for attributes with attrgetter, and both are faster than a lambda because the lookup happens in C."),
    ],
)  # fmt: skip

ENDS = Post(
    "a-garden-log",
    "A garden log in plain text files",
    "Maya Lindqvist",
    "2025-05-02",
    ("plain text", "gardening"),
    [
        ("image", ("beds.webp", "Six raised beds seen from the window")),
        ("p", "On 2 May 2025 the beans came up, and for once I can tell you how many days they took, because every seed has had a line in a text file since March."),
        ("h2", "One line a day"),
        ("p", "Each line begins with a date, then a bed, then whatever happened. There is no format beyond that, and after two months it turns out that none is needed."),
        ("code", ("text", "2025-03-02 bed 3: sowed beans, 40\n2025-04-30 bed 3: rain, at last\n2025-05-02 bed 3: 31 up")),
        ("image", ("first.webp", "The first bean")),
        ("image", ("second.webp", "The second bean")),
        ("h2", "Questions that a log answers"),
        ("ul", ["How long do beans take? Sixty-one days in a cold spring.", "Which bed drains badly? The fourth, and I had always blamed the third."]),
        ("p", "Subscribe to the weather service of your region and paste its line below your own; in a year you will have both halves of the story."),
        ("table", ("", [["Bed", "Sown", "Up"], ["3", "40", "31"], ["4", "40", "9"]])),
        ("h2", "Further reading"),
        ("links", [("https://notes.example/plain-text", "Plain text, plainly"), ("https://seeds.example/log", "A seed log from 1911")]),
    ],
)  # fmt: skip

EDGES = Post(
    "a-lamp-that-knows-the-tide",
    "A lamp that knows the tide",
    "Noor Haddad",
    "2024-10-12",
    ("electronics", "python"),
    [
        ("code", ("console", "$ tide --next\nhigh 06:12")),
        ("p", "That line is all the lamp needs: it glows for an hour on either side of high water and is dark otherwise."),
        ("h2", "The table"),
        ("table", ("", [["Tide", "Light"], ["high", "on"], ["low", ""], ["neap", "–"]])),
        ("h2", "The film"),
        ("embed", ("https://video.example/embed/lamp", "The lamp at work")),
        ("h2", "The parts"),
        ("dl", [("A lamp", "Any lamp that a relay can switch."), ("A board", "Mine is nine years old and still faster than the sea.")]),
        ("h2", "Building it"),
        ("item", ("Write down the next tide:", ("code", ("python", "moment = tides.next('high')\n\nprint(moment)")))),
        ("item", ("Solder the relay as the picture shows.", ("image", ("relay.jpg", "The relay on its board")))),
        ("quoted", ("The manual says, and it is right:", ("code", ("text", "NEVER WHILE PLUGGED IN")))),
        ("callout", ("Mind the mains", "Let somebody who knows about mains voltage look at it before you switch it on for the first time.")),
        ("callout", ("Mind the damp", "A harbour is wet, and a relay is not fond of water.")),
        ("details", ("Why not a clock?", "Because the tide is fifty minutes later each day, and no clock in a shop knows that.")),
        ("p", "Follow the wires from left to right and nothing can go wrong; I followed them from right to left."),
        ("figure", ("lamp.jpg", "The lamp in the window", "Two hours before high water, still dark.")),
        ("figure", ("glow.jpg", "The lamp glowing", "And an hour later.")),
        ("rule", ""),
        ("h2", "Questions"),
        ("ul", ["Does it work inland? Yes, and it is even less useful.", "Share of nights on which it was wrong: 2 %."]),
        ("math", r"h(t) = a \cdot \cos(\omega t)"),
        ("code", ("python", "share = wrong / nights")),
        ("code", ("python", "print(f'{share:.0%}')")),
    ],
)  # fmt: skip

POSTS = (LONG, SHORT, ENDS, EDGES)
