"""Blog pages out of a seed: like real ones in size, in shape, and in what they cost an extractor.

Held against the article pages of seven real python blogs: about 45 KB, 500 elements and 1,300 words
on average, with a long tail; navigation, sidebars, highlighted code, comments, inline styles and
scripts around the article.
"""

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

WORDS = """
    the a of and to in is that it for with as on be this by are from at an or not but if you we
    can when which they have one all will there use more about has out into some then time only
    other than its also how these two may any each like make first after because where most what
    over such through even new between should same while very still under here long both just
    before those much without another need many work might right well too often keep never value
    list code test page query model cache queue thread process memory error string number record
    index table column row stack frame buffer socket server client request response header
    session token cookie route view template form field module package import function method
    class object instance attribute decorator generator iterator context manager exception
    handler logger config setting default option argument parameter result return call loop
    branch commit merge release version change patch review feature bug fix build deploy
    container image volume network proxy database schema migration transaction lock replica
    backup snapshot shard partition cluster worker broker message topic consumer producer batch
    stream window event signal timer schedule deadline retry timeout limit rate budget python
    django flask celery numpy pandas pytest mypy ruff poetry asyncio typing dataclass pathlib
    itertools functools parser lexer grammar tree node graph edge path root leaf branch depth
    breadth search sort hash key map filter reduce simple small large slow fast quick early late
    safe clean plain quiet careful strange useful obvious hidden local global public private
    static dynamic lazy eager final empty full broken correct similar different separate certain
    write read send receive open close start stop begin end build measure compare replace remove
    insert update delete load store fetch parse render check prove learn teach explain describe
    expect believe remember forget notice wonder developer author reader user team company
    project library tool language machine laptop office morning evening week month year story
    lesson mistake habit idea reason question answer example problem solution detail surprise
    chapter
""".split()
NAMES = "Marta Lindqvist|Jon Abara|Priya Raman|Tomás Vidal|Ewa Nowak|Sam Okafor|Lena Brandt|Hugo Petit".split(
    "|"
)
KEYWORDS = "def return if else for in while class import from with as try except raise yield lambda not and or".split()


@dataclass(frozen=True, slots=True)
class Theme:
    """How a blog wraps its articles; numbers are per page."""

    open: str
    close: str
    nav: int = 8  # links
    sidebar: int = 0  # links
    comments: int = 0  # at most
    style: int = 10_000  # bytes of inline styles and scripts
    related: int = 4
    code: float = 0.12  # share of blocks that are code
    highlighted: bool = True


THEMES = (
    Theme("<main>", "</main>", nav=5, style=1_500, related=0, highlighted=False),
    Theme(
        '<div class="page-content"><article class="post h-entry">',
        "</article></div>",
        nav=6,
        sidebar=15,
    ),
    Theme(
        '<div class="md-content" data-md-component="content"><article class="md-content__inner md-typeset">',
        "</article></div>",
        nav=50,
        sidebar=40,
        style=26_000,
        related=0,
        code=0.05,
    ),
    Theme(
        '<div id="primary"><article class="post type-post hentry"><div class="entry-content">',
        "</div></article></div>",
        nav=14,
        sidebar=45,
        comments=14,
        style=20_000,
        related=6,
        code=0.08,
    ),
    Theme(
        '<section class="gh-content gh-canvas">',
        "</section>",
        nav=7,
        style=24_000,
        related=9,
        code=0.1,
    ),
    Theme(
        '<div class="body" role="main"><section id="content">',
        "</section></div>",
        nav=20,
        sidebar=25,
        style=12_000,
        code=0.4,
    ),
    Theme(
        '<td class="main"><div class="text">',
        "</div></td>",
        nav=12,
        sidebar=30,
        comments=6,
        code=0.1,
    ),
    Theme(
        '<div class="container"><div class="row"><div class="col post-body">',
        "</div></div></div>",
        comments=22,
    ),
)


@dataclass(frozen=True, slots=True)
class Page:
    """One article's page, and what the blog's lists say of it."""

    path: str
    title: str
    published: datetime
    body: bytes


def page(seed: int, number: int) -> Page:
    """Return the page of this number; the same for the same seed, always."""
    chance = random.Random(f"{seed}:{number}")
    theme = THEMES[number % len(THEMES)]
    title = sentence(chance, 4, 8).rstrip(".").title()
    published = datetime(2015, 1, 1, 8, tzinfo=UTC) + timedelta(minutes=347 * number)
    slug = "-".join(title.lower().replace(",", "").split()[:6])
    path = f"/{published:%Y/%m}/{number}-{slug}/"
    author = chance.choice(NAMES)
    parts = [head(chance, theme, title, published, author), banner(chance, theme)]
    parts += [
        theme.open,
        byline(title, published, author),
        article(chance, theme),
        theme.close,
    ]
    parts += [
        aside(chance, theme),
        comments(chance, theme),
        related(chance, theme),
        footer(chance),
    ]
    return Page(path, title, published, "\n".join(parts).encode())


def sentence(chance: random.Random, fewest: int = 6, most: int = 24) -> str:
    words = chance.choices(WORDS, k=chance.randint(fewest, most))
    if len(words) > 9:
        words[len(words) // 2] += ","
    if chance.random() < 0.3:  # rare words: what keeps two posts from being alike
        words[-1] = chance.choice(WORDS) + chance.choice(WORDS)
    return " ".join(words).capitalize() + "."


def paragraph(chance: random.Random) -> str:
    text = " ".join(sentence(chance) for _ in range(chance.randint(2, 6)))
    for _ in range(chance.choice((0, 0, 1, 2))):
        word = chance.choice(text.split())
        mark = chance.choice(
            (
                f"<code>{word}</code>",
                f"<em>{word}</em>",
                f'<a href="{link(chance)}">{word}</a>',
            )
        )
        text = text.replace(f" {word} ", f" {mark} ", 1)
    return f"<p>{text}</p>"


def link(chance: random.Random) -> str:
    return f"https://{chance.choice(WORDS)}.example/{chance.choice(WORDS)}/{chance.choice(WORDS)}.html"


def article(chance: random.Random, theme: Theme) -> str:
    """Paragraphs, headings, lists, quotes, pictures, tables and code, as many as real posts
    have."""
    blocks = min(400, max(6, int(chance.lognormvariate(3.25, 0.8))))
    return "\n".join(block(chance, theme) for _ in range(blocks))


def block(chance: random.Random, theme: Theme) -> str:
    draw = chance.random()
    if draw < theme.code:
        return code(chance, theme.highlighted)
    if draw < theme.code + 0.12:
        words = sentence(chance, 2, 7).rstrip(".")
        return f'<h2 id="{words.replace(" ", "-").lower()}">{words}<a class="headerlink" href="#">¶</a></h2>'
    if draw < theme.code + 0.2:
        return (
            "<ul>"
            + "".join(
                f"<li>{sentence(chance)}</li>" for _ in range(chance.randint(2, 8))
            )
            + "</ul>"
        )
    if draw < theme.code + 0.23:
        return f"<blockquote>{paragraph(chance)}</blockquote>"
    if draw < theme.code + 0.26:
        picture = f'<img src="/media/{chance.choice(WORDS)}.png" alt="{sentence(chance, 3, 6)}" width="800">'
        return f"<figure>{picture}<figcaption>{sentence(chance, 4, 9)}</figcaption></figure>"
    if draw < theme.code + 0.27:
        return table(chance)
    return paragraph(chance)


def table(chance: random.Random) -> str:
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{chance.choice(WORDS)} {chance.randrange(1000)}</td>"
            for _ in range(4)
        )
        + "</tr>"
        for _ in range(chance.randint(3, 12))
    )
    return f"<table><tbody>{rows}</tbody></table>"


def code(chance: random.Random, highlighted: bool) -> str:
    lines = [code_line(chance, highlighted) for _ in range(chance.randint(3, 16))]
    inner = "\n".join(lines)
    if highlighted:
        return f'<div class="language-python highlighter-rouge"><div class="highlight"><pre class="highlight"><code>{inner}</code></pre></div></div>'
    return f"<pre>{inner}</pre>"


def code_line(chance: random.Random, highlighted: bool) -> str:
    keyword, name, call, value = (
        chance.choice(KEYWORDS),
        *chance.choices(WORDS, k=2),
        f'"{chance.choice(WORDS)}"',
    )
    indent = "    " * chance.randint(0, 3)
    if not highlighted:
        return (
            f"{indent}{keyword} {name}.{call}({escape(value)}, {chance.randrange(99)})"
        )
    return (
        f'{indent}<span class="k">{keyword}</span> <span class="n">{name}</span><span class="o">.</span>'
        f'<span class="nf">{call}</span><span class="p">(</span><span class="s2">{escape(value)}</span>'
        f'<span class="p">,</span> <span class="mi">{chance.randrange(99)}</span><span class="p">)</span>'
    )


def head(
    chance: random.Random, theme: Theme, title: str, published: datetime, author: str
) -> str:
    facts = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": title,
        "datePublished": published.isoformat(),
        "author": {"@type": "Person", "name": author},
    }
    style = "".join(
        f".{word}-{n}{{margin:0 {n}px;color:#{n:06x}}}"
        for n, word in enumerate(chance.choices(WORDS, k=theme.style // 35))
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} | Notes</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="author" content="{author}">
<meta name="description" content="{sentence(chance)}"><meta property="og:title" content="{title}">
<meta property="og:type" content="article"><meta property="article:published_time" content="{published.isoformat()}">
<link rel="stylesheet" href="/main.css"><link rel="alternate" type="application/atom+xml" href="/feed.xml">
<script type="application/ld+json">{json.dumps(facts)}</script><style>{style}</style></head><body>"""


def links(chance: random.Random, number: int) -> str:
    words = zip(
        chance.choices(WORDS, k=number), chance.choices(WORDS, k=number), strict=True
    )
    items = (
        f'<li class="item"><a href="/{word}/">{word.capitalize()} {other}</a></li>'
        for word, other in words
    )
    return "<ul>" + "\n".join(items) + "</ul>"


def banner(chance: random.Random, theme: Theme) -> str:
    icons = "".join(
        f'<svg class="icon" viewBox="0 0 24 24"><path d="{icon(chance)}"/></svg>'
        for _ in range(theme.nav // 4)
    )
    return f'<header class="site-header">{icons}<a class="site-title" href="/">Notes</a><nav>{links(chance, theme.nav)}</nav></header>'


def icon(chance: random.Random) -> str:
    return (
        "M"
        + " ".join(
            f"{chance.random() * 24:.2f},{chance.random() * 24:.2f}" for _ in range(60)
        )
        + "z"
    )


def byline(title: str, published: datetime, author: str) -> str:
    day = f'<time datetime="{published.isoformat()}">{published:%B %d, %Y}</time>'
    return f'<h1 class="post-title">{title}</h1><p class="post-meta">{day} • <span class="author">{author}</span></p>'


def aside(chance: random.Random, theme: Theme) -> str:
    if not theme.sidebar:
        return ""
    cloud = " ".join(
        f'<a href="/tag/{w}/" class="tag">{w}</a>'
        for w in chance.choices(WORDS, k=theme.sidebar // 3)
    )
    recent = f"<h3>Recent posts</h3>{links(chance, theme.sidebar)}"
    return f'<aside id="secondary" class="sidebar widget-area"><section>{recent}</section><section>{cloud}</section></aside>'


def comments(chance: random.Random, theme: Theme) -> str:
    one = '<li class="comment"><div class="vcard"><b>{}</b> <a href="#c{}">{}</a></div>{}<a class="reply">Reply</a></li>'
    some = (
        one.format(chance.choice(NAMES), n, "May 3, 2021", paragraph(chance))
        for n in range(theme.comments and chance.randint(0, theme.comments))
    )
    if theme.comments:
        return f'<div id="comments"><h3>Comments</h3><ol>{"".join(some)}</ol></div>'
    return ""


def related(chance: random.Random, theme: Theme) -> str:
    card = '<div class="card"><h4><a href="/{}/">{}</a></h4><p>{}</p></div>'
    some = (
        card.format(chance.choice(WORDS), sentence(chance, 4, 8), sentence(chance))
        for _ in range(theme.related)
    )
    if theme.related:
        return f'<section class="related-posts">{"".join(some)}</section>'
    return ""


def footer(chance: random.Random) -> str:
    return f'<footer class="site-footer">{links(chance, 5)}<p>© Notes. {sentence(chance)}</p></footer></body></html>'
