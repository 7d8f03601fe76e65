"""How publishing systems render a post: each its own markup for blocks and its own surroundings."""

import re
from collections.abc import Callable
from datetime import date
from html import escape

from tests.pipeline.extraction.themes.posts import Block, Post

SITE = "https://blog.example"
PLATFORMS: dict[str, "type[Plain]"] = {}

NAVIGATION = ("Home", "Archive", "About this site", "Contact")
RELATED = ("Mending nets with a sewing machine", "A tide table in forty lines")
FOREIGN = (
    *NAVIGATION,
    *RELATED,
    "Get new posts by mail",
    "Share on Mastodon",
    "Lovely post, thank you",
    "All rights reserved",
    "min read",
)


def platform(kind: "type[Plain]") -> "type[Plain]":
    """Registers a system under its class's name."""
    PLATFORMS[kind.__name__.lower()] = kind
    return kind


class Plain:
    """Markdown's plain output in an article element. Others change what they render otherwise."""

    head = ""
    foreign: tuple[str, ...] = ()  # what it puts around a post, besides FOREIGN
    authored = True  # whether it shows the author
    tagged = True  # likewise the tags

    def __init__(self, post: Post) -> None:
        self.post = post
        self.headings = 0

    def day(self, form: str) -> str:
        """The day of publication as a theme writes it."""
        return date.fromisoformat(self.post.published).strftime(form)

    def page(self) -> str:
        """The whole page."""
        return (
            "<!DOCTYPE html><html lang=en><head><meta charset=utf-8>"
            f"<title>{escape(self.post.title)} | Harbour Notes</title>{self.head}</head>"
            f"<body>{self.body()}</body></html>"
        )

    def body(self) -> str:
        return f"{self.navigation()}<main>{self.article()}</main>{self.footer()}"

    def article(self) -> str:
        post = self.post
        return (
            f"<article><h1>{escape(post.title)}</h1>"
            f'<p class="byline">By {post.author} on <time datetime="{post.published}">{post.published}</time></p>'
            f"{self.content()}{self.tags()}</article>"
        )

    def content(self) -> str:
        return "\n".join(self.block(block) for block in self.post.blocks)

    def block(self, block: Block) -> str:
        kind, held = block
        render: Callable[..., str] = getattr(self, kind)
        return render(*held) if isinstance(held, tuple) else render(held)

    def inline(self, text: str) -> str:
        return re.sub(r"\[\^(\d)\]", lambda m: self.reference(m[1]), escape(text))

    def reference(self, number: str) -> str:
        return f'<sup id="fnref:{number}"><a href="#fn:{number}" class="footnote-ref">{number}</a></sup>'

    def p(self, text: str) -> str:
        return f"<p>{self.inline(text)}</p>"

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} id="s{self.headings}">{escape(text)}</h{level}>'

    def h2(self, text: str) -> str:
        return self.heading(2, text)

    def h3(self, text: str) -> str:
        return self.heading(3, text)

    def src(self, name: str) -> str:
        return f"/images/{name}"

    def image(self, name: str, alt: str) -> str:
        return f'<p><img src="{self.src(name)}" alt="{alt}"></p>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<figure><img src="{self.src(name)}" alt="{alt}"><figcaption>{caption}</figcaption></figure>'

    def ul(self, items: list[str]) -> str:
        return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"

    def ol(self, items: list[str]) -> str:
        return f"<ol>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ol>"

    def links(self, *links: tuple[str, str]) -> str:
        items = "".join(
            f'<li><a href="{url}">{text}</a></li>' for url, text in links[0]
        )
        return f"<ul>{items}</ul>"

    def code(self, language: str, text: str) -> str:
        return f'<pre><code class="language-{language}">{escape(text)}\n</code></pre>'

    def cells(self, rows: list[list[str]]) -> str:
        head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0])
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
            for row in rows[1:]
        )
        return f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"

    def table(self, caption: str, rows: list[list[str]]) -> str:
        title = f"<caption>{caption}</caption>" if caption else ""
        return f"<table>{title}{self.cells(rows)}</table>"

    def quote(self, text: str) -> str:
        return f"<blockquote><p>{escape(text)}</p></blockquote>"

    def math(self, tex: str) -> str:
        return rf'<div class="math">\[{escape(tex)}\]</div>'

    def embed(self, url: str, title: str) -> str:
        return f'<iframe src="{url}" title="{title}" allowfullscreen></iframe>'

    def tasks(self, items: list[tuple[bool, str]]) -> str:
        lines = "".join(
            f'<li class="task-list-item"><input type="checkbox" disabled{" checked" * done}> {text}</li>'
            for done, text in items
        )
        return f'<ul class="contains-task-list">{lines}</ul>'

    def callout(self, title: str, text: str) -> str:
        return f'<div class="admonition note"><p class="admonition-title">{title}</p><p>{text}</p></div>'

    def details(self, summary: str, text: str) -> str:
        return f"<details><summary>{summary}</summary><p>{text}</p></details>"

    def dl(self, pairs: list[tuple[str, str]]) -> str:
        return f"<dl>{''.join(f'<dt>{a}</dt><dd>{b}</dd>' for a, b in pairs)}</dl>"

    def item(self, text: str, inner: Block) -> str:
        return f"<ul><li><p>{text}</p>{self.block(inner)}</li></ul>"

    def quoted(self, text: str, inner: Block) -> str:
        return f"<blockquote><p>{text}</p>{self.block(inner)}</blockquote>"

    def raw(self, markup: str) -> str:
        """Markup that the author writes into the post."""
        return markup

    def rule(self, _nothing: str) -> str:
        return "<hr>"

    def footnotes(self, notes: list[str]) -> str:
        items = "".join(
            f'<li id="fn:{n}"><p>{note} <a href="#fnref:{n}" class="footnote-backref">↩</a></p></li>'
            for n, note in enumerate(notes, start=1)
        )
        return f'<div class="footnotes"><hr><ol>{items}</ol></div>'

    def navigation(self) -> str:
        items = "".join(
            f'<li><a href="/{n}/">{name}</a></li>' for n, name in enumerate(NAVIGATION)
        )
        return (
            f'<header><a href="/">Harbour Notes</a><nav><ul>{items}</ul></nav></header>'
        )

    def tags(self) -> str:
        links = " ".join(
            f'<a rel="tag" href="/tags/{t}/">#{t}</a>' for t in self.post.tags
        )
        return f'<p class="tags">{links}</p>'

    def footer(self) -> str:
        return "<footer><p>© 2025 Harbour Notes. All rights reserved.</p></footer>"

    def related(self) -> str:
        return "".join(
            f'<li><a href="/related/{n}/">{t}</a></li>' for n, t in enumerate(RELATED)
        )


@platform
class Jekyll(Plain):
    """kramdown and rouge, with a comments box and links to the neighbours."""

    def article(self) -> str:
        post = self.post
        return (
            '<article class="post h-entry" itemscope itemtype="http://schema.org/BlogPosting">'
            f'<header class="post-header"><h1 class="post-title p-name">{post.title}</h1>'
            f'<p class="post-meta"><time class="dt-published" datetime="{post.published}T00:00:00+00:00">{self.day("%b %-d")}</time>'
            f' • <span class="p-author h-card">{post.author}</span> • 4 min read</p></header>'
            f'<div class="post-content e-content" itemprop="articleBody">{self.content()}</div>'
            f'<div class="post-tags">{self.tags()}</div>'
            f'<div class="pager"><a href="/a/">« {RELATED[0]}</a><a href="/b/">{RELATED[1]} »</a></div>'
            '<div id="disqus_thread"><h3>Comments</h3><p>Lovely post, thank you.</p></div></article>'
        )

    def code(self, language: str, text: str) -> str:
        first, *rest = escape(text).split(" ", 1)
        inner = f'<span class="k">{first}</span> {"".join(rest)}'
        return (
            f'<div class="language-{language} highlighter-rouge"><div class="highlight">'
            f'<pre class="highlight"><code>{inner}\n</code></pre></div></div>'
        )

    def math(self, tex: str) -> str:
        return f'<script type="math/tex; mode=display">{tex}</script>'


@platform
class Wordpress(Plain):
    """The block editor's output with a newsletter box, share buttons and related posts."""

    def body(self) -> str:
        post = self.post
        return (
            f'{self.navigation()}<div id="content" class="site-content"><main id="main">'
            f'<article id="post-77" class="post-77 post type-post format-standard hentry category-notes">'
            f'<header class="entry-header"><h1 class="entry-title">{post.title}</h1>'
            f'<div class="entry-meta"><span class="posted-on"><time class="entry-date published" datetime="{post.published}T08:00:00+00:00">{self.day("%-d %B")}</time></span>'
            f'<span class="byline"> by <span class="author vcard"><a class="url fn n" href="/author/x/">{post.author}</a></span></span></div></header>'
            f'<div class="entry-content">{self.content()}'
            '<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3><ul><li><a href="https://m.example/share">Share on Mastodon</a></li></ul></div>'
            f'<div id="jp-relatedposts" class="jp-relatedposts"><h3>Related</h3><ul>{self.related()}</ul></div></div>'
            f'<footer class="entry-footer"><span class="tags-links">Tagged {self.tags()}</span></footer></article>'
            '<div id="comments" class="comments-area"><h2>One thought</h2><ol class="comment-list"><li><p>Lovely post, thank you.</p></li></ol></div></main>'
            f'<aside id="secondary" class="widget-area"><section class="widget"><h2>Recent Posts</h2><ul>{self.related()}</ul></section>'
            f"<section class=widget><h2>Get new posts by mail</h2><form><input type=email></form></section></aside></div>{self.footer()}"
        )

    def image(self, name: str, alt: str) -> str:
        return (
            f'<figure class="wp-block-image size-large"><img loading="lazy" decoding="async" width="1024" height="768" '
            f'src="{self.src(name)}" alt="{alt}" class="wp-image-12" srcset="{self.src(name)} 1024w, /images/small-{name} 300w"></figure>'
        )

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<figure class="wp-block-image"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="{self.src(name)}" alt="{alt}"><noscript><img src="{self.src(name)}" alt="{alt}"></noscript><figcaption class="wp-element-caption">{caption}</figcaption></figure>'

    def code(self, language: str, text: str) -> str:
        return f'<pre class="wp-block-code"><code lang="{language}" class="language-{language}">{escape(text)}</code></pre>'

    def table(self, caption: str, rows: list[list[str]]) -> str:
        title = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f'<figure class="wp-block-table"><table>{self.cells(rows)}</table>{title}</figure>'

    def quote(self, text: str) -> str:
        return f'<blockquote class="wp-block-quote"><p>{text}</p></blockquote>'

    def embed(self, url: str, title: str) -> str:
        return f'<figure class="wp-block-embed is-type-video"><div class="wp-block-embed__wrapper"><iframe title="{title}" src="{url}"></iframe></div></figure>'

    def reference(self, number: str) -> str:
        return f'<sup data-fn="a{number}" class="fn"><a href="#a{number}" id="a{number}-link">{number}</a></sup>'

    def footnotes(self, notes: list[str]) -> str:
        items = "".join(
            f'<li id="a{n}">{note} <a href="#a{n}-link" aria-label="Jump to footnote reference {n}">↩︎</a></li>'
            for n, note in enumerate(notes, start=1)
        )
        return f'<ol class="wp-block-footnotes">{items}</ol>'


@platform
class Docs(Plain):
    """A documentation generator's blog: sidebars, a table of contents, code in line elements."""

    def body(self) -> str:
        post = self.post
        toc = "".join(
            f'<li><a href="#s{n}" class="table-of-contents__link">{held}</a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        return (
            f'{self.navigation()}<div class="main-wrapper"><div class="container"><div class="row">'
            f'<aside class="col col--3"><nav class="sidebar" aria-label="Blog recent posts"><div>All posts</div><ul>{self.related()}</ul></nav></aside>'
            f'<main class="col col--7"><article><header><h1 class="title">{post.title}</h1>'
            f'<div class="margin-vert--md"><time datetime="{post.published}T00:00:00.000Z">{self.day("%B %-d")}</time> · 3 min read</div>'
            f'<div class="avatar"><div class="avatar__intro"><div class="avatar__name"><a href="/me"><span>{post.author}</span></a></div></div></div></header>'
            f'<div id="__blog-post-container" class="markdown">{self.content()}</div>'
            f'<footer class="row docusaurus-mt-lg"><div class="col"><b>Tags:</b><ul class="tags"><li>{self.tags()}</li></ul></div></footer></article>'
            f'<nav class="pagination-nav" aria-label="Blog post page navigation"><a href="/n"><div>Newer post</div><div>{RELATED[0]}</div></a></nav></main>'
            f'<div class="col col--2"><div class="tableOfContents thin-scrollbar"><ul class="table-of-contents">{toc}</ul></div></div></div></div></div>{self.footer()}'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} class="anchor" id="s{self.headings}">{text}<a href="#s{self.headings}" class="hash-link" aria-label="Direct link to {text}" title="Direct link">\u200b</a></h{level}>'

    def code(self, language: str, text: str) -> str:
        lines = "".join(
            f'<span class="token-line" style="color:#393A34"><span class="token plain">{escape(line)}</span><br></span>'
            for line in text.split("\n")
        )
        return (
            f'<div class="language-{language} codeBlockContainer theme-code-block"><div class="codeBlockTitle">count.py</div>'
            f'<div class="codeBlockContent"><pre tabindex="0" class="prism-code language-{language} thin-scrollbar"><code class="codeBlockLines">{lines}</code></pre>'
            '<div class="buttonGroup"><button type="button" aria-label="Copy code to clipboard" title="Copy"><span>Copy</span></button></div></div></div>'
        )

    def tasks(self, items: list[tuple[bool, str]]) -> str:
        lines = "".join(
            f'<li class="task-list-item"><label><input type="checkbox" disabled=""{" checked" * done}>{text}</label></li>'
            for done, text in items
        )
        return f'<ul class="contains-task-list">{lines}</ul>'

    def math(self, tex: str) -> str:
        return (
            '<span class="katex-display"><span class="katex"><span class="katex-mathml"><math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><semantics>'
            f'<mrow><msub><mi>m</mi><mi>n</mi></msub></mrow><annotation encoding="application/x-tex">{tex}</annotation></semantics></math></span>'
            '<span class="katex-html" aria-hidden="true"><span class="base"><span class="mord mathnormal">m</span><span class="msupsub">n</span></span></span></span></span>'
        )


@platform
class Letter(Plain):
    """A newsletter service: captioned image containers, a subscription box in the middle, many wrappers."""

    tagged = False

    def body(self) -> str:
        post = self.post
        half = len(post.blocks) // 2
        first = "".join(self.block(each) for each in post.blocks[:half])
        second = "".join(self.block(each) for each in post.blocks[half:])
        box = '<div class="subscription-widget-wrap" data-component-name="SubscribeWidget"><div class="subscription-widget"><p class="cta-caption">Get new posts by mail, free of charge.</p><form><input type="email" placeholder="Type your email…"><input type="submit" value="Subscribe"></form></div></div>'
        return (
            f'{self.navigation()}<div class="single-post-container"><div class="container"><div class="single-post"><article class="typography newsletter-post post">'
            f'<div class="post-header"><h1 class="post-title published">{post.title}</h1><h3 class="subtitle">Notes from the wall</h3>'
            f'<div class="byline-wrapper"><a href="/@x">{post.author}</a><div class="meta">{self.day("%b %d, %Y")}</div></div>'
            '<div class="post-ufi"><button>12</button><a href="/comments">3</a><a>Share on Mastodon</a></div></div>'
            f'<div><div class="available-content"><div dir="auto" class="body markup">{first}{box}{second}</div></div></div>'
            "</article></div></div></div>"
            f'<div class="comments"><h4>Discussion about this post</h4><div class="comment"><p>Lovely post, thank you.</p></div></div>'
            f'<div class="portable-archive"><div>Top</div><ul>{self.related()}</ul></div>{self.footer()}'
        )

    def image(self, name: str, alt: str) -> str:
        return (
            f'<div class="captioned-image-container"><figure><a class="image-link image2" href="{self.src(name)}"><div class="image2-inset"><picture>'
            f'<source type="image/webp" srcset="{self.src(name)}?w=424 424w, {self.src(name)}?w=848 848w"><img src="{self.src(name)}" alt="{alt}" class="sizing-normal"></picture></div></a></figure></div>'
        )

    def figure(self, name: str, alt: str, caption: str) -> str:
        return self.image(name, alt).replace(
            "</a></figure>",
            f'</a><figcaption class="image-caption">{caption}</figcaption></figure>',
        )

    def reference(self, number: str) -> str:
        return f'<a class="footnote-anchor" data-component-name="FootnoteAnchorToDOM" id="footnote-anchor-{number}" href="#footnote-{number}" target="_self">{number}</a>'

    def footnotes(self, notes: list[str]) -> str:
        return "".join(
            f'<div class="footnote" data-component-name="FootnoteToDOM"><a id="footnote-{n}" href="#footnote-anchor-{n}" class="footnote-number" contenteditable="false" target="_self">{n}</a><div class="footnote-content"><p>{note}</p></div></div>'
            for n, note in enumerate(notes, start=1)
        )

    def code(self, language: str, text: str) -> str:
        return f'<div class="highlighted_code_block" data-attrs="{{}}"><pre class="shiki"><code class="language-{language}">{escape(text)}</code></pre></div>'

    def math(self, tex: str) -> str:
        return f'<div class="latex-rendered" data-attrs="{escape(repr(tex))}"><span class="MathJax"><script type="math/tex; mode=display">{tex}</script></span></div>'


@platform
class Asciidoctor(Plain):
    """Blocks within blocks, titles above or below them, admonition-like tables for footnotes."""

    tagged = False

    def article(self) -> str:
        post = self.post
        return (
            f'<div id="header"><h1>{post.title}</h1><div class="details"><span id="author" class="author">{post.author}</span><br><span id="revdate">{post.published}</span></div></div>'
            f'<div id="content">{self.content()}</div>'
        )

    def footer(self) -> str:
        return '<div id="footer"><div id="footer-text">All rights reserved. Last updated 2025-01-01</div></div>'

    def p(self, text: str) -> str:
        return f'<div class="paragraph"><p>{self.inline(text)}</p></div>'

    def image(self, name: str, alt: str) -> str:
        return f'<div class="imageblock"><div class="content"><img src="{self.src(name)}" alt="{alt}"></div></div>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<div class="imageblock"><div class="content"><img src="{self.src(name)}" alt="{alt}"></div><div class="title">Figure 1. {caption}</div></div>'

    def ul(self, items: list[str]) -> str:
        lines = "".join(f"<li><p>{escape(item)}</p></li>" for item in items)
        return f'<div class="ulist"><ul>{lines}</ul></div>'

    def ol(self, items: list[str]) -> str:
        lines = "".join(f"<li><p>{escape(item)}</p></li>" for item in items)
        return f'<div class="olist arabic"><ol class="arabic">{lines}</ol></div>'

    def code(self, language: str, text: str) -> str:
        return f'<div class="listingblock"><div class="content"><pre class="highlight"><code class="language-{language}" data-lang="{language}">{escape(text)}</code></pre></div></div>'

    def quote(self, text: str) -> str:
        return f'<div class="quoteblock"><blockquote><div class="paragraph"><p>{text}</p></div></blockquote><div class="attribution">— the harbour office</div></div>'

    def math(self, tex: str) -> str:
        return rf'<div class="stemblock"><div class="content">\[{tex}\]</div></div>'

    def embed(self, url: str, title: str) -> str:
        return f'<div class="videoblock"><div class="content"><iframe src="{url}" title="{title}"></iframe></div></div>'

    def tasks(self, items: list[tuple[bool, str]]) -> str:
        marks = {True: "&#10003;", False: "&#10063;"}
        lines = "".join(f"<li><p>{marks[done]} {text}</p></li>" for done, text in items)
        return f'<div class="ulist checklist"><ul class="checklist">{lines}</ul></div>'

    def table(self, caption: str, rows: list[list[str]]) -> str:
        title = (
            f'<caption class="title">Table 1. {caption}</caption>' if caption else ""
        )
        head = "".join(
            f'<th class="tableblock halign-left">{cell}</th>' for cell in rows[0]
        )
        body = "".join(
            "<tr>"
            + "".join(
                f'<td class="tableblock halign-left"><p class="tableblock">{cell}</p></td>'
                if cell
                else '<td class="tableblock"></td>'
                for cell in row
            )
            + "</tr>"
            for row in rows[1:]
        )
        return f'<table class="tableblock frame-all grid-all stretch">{title}<colgroup><col><col></colgroup><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'

    def reference(self, number: str) -> str:
        return f'<sup class="footnote">[<a id="_footnoteref_{number}" class="footnote" href="#_footnotedef_{number}" title="View footnote.">{number}</a>]</sup>'

    def footnotes(self, notes: list[str]) -> str:
        lines = "".join(
            f'<div class="footnote" id="_footnotedef_{n}"><a href="#_footnoteref_{n}">{n}</a>. {note}</div>'
            for n, note in enumerate(notes, start=1)
        )
        return f'<div id="footnotes"><hr>{lines}</div>'


@platform
class Orgmode(Plain):
    """Emacs's export: nested outline containers, figures numbered in spans, notes in a section of its own."""

    tagged = False

    def article(self) -> str:
        post = self.post
        return f'<div id="content" class="content"><h1 class="title">{post.title}</h1>{self.content()}</div><div id="postamble" class="status"><p class="date">Date: {post.published}</p><p class="author">Author: {post.author}</p><p class="creator">All rights reserved</p></div>'

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<div id="outline-container-{self.headings}" class="outline-{level}"><h{level} id="org{self.headings}"><span class="section-number-{level}">{self.headings}.</span> {text}</h{level}><div class="outline-text-{level}"></div></div>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<div id="org9" class="figure"><p><img src="{self.src(name)}" alt="{alt}" /></p><p><span class="figure-number">Figure 1: </span>{caption}</p></div>'

    def code(self, language: str, text: str) -> str:
        return f'<div class="org-src-container"><pre class="src src-{language}">{escape(text)}\n</pre></div>'

    def tasks(self, items: list[tuple[bool, str]]) -> str:
        marks = {True: "[X]", False: "[&#xa0;]"}
        states = {True: "on", False: "off"}
        lines = "".join(
            f'<li class="{states[done]}"><code>{marks[done]}</code> {text}</li>'
            for done, text in items
        )
        return f'<ul class="org-ul">{lines}</ul>'

    def reference(self, number: str) -> str:
        return f'<sup><a id="fnr.{number}" class="footref" href="#fn.{number}" role="doc-backlink">{number}</a></sup>'

    def footnotes(self, notes: list[str]) -> str:
        lines = "".join(
            f'<div class="footdef"><sup><a id="fn.{n}" class="footnum" href="#fnr.{n}" role="doc-backlink">{n}</a></sup> <div class="footpara" role="doc-footnote"><p class="footpara">{note}</p></div></div>'
            for n, note in enumerate(notes, start=1)
        )
        return f'<div id="footnotes"><h2 class="footnotes">Footnotes: </h2><div id="text-footnotes">{lines}</div></div>'


@platform
class Divs(Plain):
    """A site builder: no semantic element at all, cookie dialog first, everything in rows and columns."""

    tagged = False

    def body(self) -> str:
        post = self.post
        links = "".join(
            f'<div class="mi"><a href="/{n}">{name}</a></div>'
            for n, name in enumerate(NAVIGATION)
        )
        return (
            '<div class="cookie-banner" role="dialog" aria-label="Cookies"><div>We use cookies to improve your experience, to remember your choices, and to measure how many people read which page, as described in our long policy.</div><button>Accept all</button></div>'
            f'<div class="wrap"><div class="menu">{links}</div><div class="row"><div class="col-8">'
            f'<div class="headline">{post.title}</div><div class="info">{post.author} | {post.published} | 5 min read</div>'
            f'<div class="richtext">{self.content()}</div>'
            f'<div class="social"><a href="#">Share on Mastodon</a></div></div>'
            f'<div class="col-4"><div class="box"><div class="box-title">Popular</div>{"".join(f"<div><a href=/r{n}>{t}</a></div>" for n, t in enumerate(RELATED))}</div></div></div>'
            '<div class="bottom">© Harbour Notes. All rights reserved.</div></div>'
        )

    def p(self, text: str) -> str:
        return f'<div class="rt-p">{self.inline(text)}</div>'

    def image(self, name: str, alt: str) -> str:
        return f'<div class="img-row"><img class="lazyload" data-src="{self.src(name)}" alt="{alt}"></div>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<div class="image-with-caption"><img class="lazyload" data-src="{self.src(name)}" alt="{alt}"><div class="caption">{caption}</div></div>'


@platform
class Notebook(Plain):
    """Cells of a notebook: inputs with prompts, outputs below them."""

    def block(self, block: Block) -> str:
        inner = super().block(block)
        if block[0] == "code":
            return f'<div class="cell border-box-sizing code_cell rendered"><div class="input"><div class="prompt input_prompt">In&nbsp;[1]:</div><div class="inner_cell"><div class="input_area">{inner}</div></div></div></div>'
        return f'<div class="cell border-box-sizing text_cell rendered"><div class="prompt input_prompt"></div><div class="inner_cell"><div class="text_cell_render border-box-sizing rendered_html">{inner}</div></div></div>'

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} id="s{self.headings}">{text}<a class="anchor-link" href="#s{self.headings}">&#182;</a></h{level}>'

    def code(self, language: str, text: str) -> str:
        return f'<div class="highlight hl-{language}"><pre><span></span>{escape(text)}\n</pre></div>'

    def math(self, tex: str) -> str:
        return f"<p>$${escape(tex)}$$</p>"


@platform
class Zine(Plain):
    """A hand-made site: sections, a numbered code table, a sidebar before the text, notes in the margin."""

    authored = False

    def article(self) -> str:
        post = self.post
        return (
            f'<aside class="about"><h2>About this site</h2><p>I am {post.author}, and these are my notes on small boats.</p><ul>{self.related()}</ul></aside>'
            f'<div class="entry"><h2 class="entry-title"><a href="/{post.slug}">{post.title}</a></h2><div class="date">{self.day("%-d %B %Y")}</div>{self.content()}'
            f'<div class="meta">Posted in {self.tags()}</div></div>'
            f'<div class="more-articles"><h3>More articles</h3><ul>{self.related()}</ul></div>'
        )

    def code(self, language: str, text: str) -> str:
        numbers = "\n".join(str(n) for n in range(1, text.count("\n") + 2))
        return (
            f'<div class="highlight"><table class="highlighttable"><tr><td class="linenos"><div class="linenodiv"><pre>{numbers}</pre></div></td>'
            f'<td class="code"><div class="highlight"><pre><code class="{language}">{escape(text)}\n</code></pre></div></td></tr></table></div>'
        )

    def image(self, name: str, alt: str) -> str:
        return (
            f'<a href="{self.src(name)}"><img src="{self.src(name)}" alt="{alt}"></a>'
        )

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<table class="tr-caption-container"><tbody><tr><td><a href="{self.src(name)}"><img src="{self.src(name)}" alt="{alt}"></a></td></tr><tr><td class="tr-caption">{caption}</td></tr></tbody></table>'
