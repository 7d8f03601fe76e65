"""Themes of small and personal sites."""

from html import escape

from tests.pipeline.extraction.themes.platforms import RELATED, Plain, platform


@platform
class Bare(Plain):
    """A minimal host: almost no markup, tags and a button for applause below."""

    authored = False
    foreign = ("Toast this post", "Powered by")

    def body(self) -> str:
        post = self.post
        return (
            '<header><a class="title" href="/"><h1>Harbour Notes</h1></a><nav><p><a href="/">Home</a> <a href="/archive/">Archive</a></p></nav></header>'
            f'<main><h1>{post.title}</h1><p><i><time datetime="{post.published}T06:07Z">{self.day("%d %b, %Y")}</time></i></p>{self.content()}'
            f'<p class="tags">{" ".join(f"<a href=/blog/?q={t}>#{t}</a>" for t in post.tags)}</p><form id="upvote-form" action="/upvote/x/" method="post"><small><button class="upvote-button" title="Toast this post"><svg></svg><small class="upvote-count">12</small></button></small></form></main>'
            '<footer><span>Powered by <a href="https://host.example">a host</a></span></footer>'
        )


@platform
class Elegant(Plain):
    """Pelican: contents and dates in a column beside the text, a call to share and to comment below."""

    authored = False
    foreign = (
        "Table of Contents",
        "Like this article",
        "Last Updated",
        "Stay in Touch",
        "Category",
        "Comments",
    )

    def body(self) -> str:
        post = self.post
        toc = "".join(
            f'<li><a class="toc-href" href="#s{n}" title="{held}">{held}</a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        tags = "".join(
            f'<li class="post-tags"><a href="/tags#{t}-ref">{t}<span class="superscript">2</span></a></li>'
            for t in post.tags
        )
        return (
            f'<div id="content"><div class="navbar navbar-static-top"><div class="navbar-inner"><a class="brand" href="/"><span class="site-name">Harbour Notes</span></a><ul class="nav pull-right top-menu"><li><a href="/">Home</a></li></ul></div></div><div class="container-fluid"><div class="row-fluid"><article itemscope><div class="row-fluid"><header class="page-header span10 offset2"><h1><a href="/x.html"> {post.title} </a></h1></header></div><div class="row-fluid"><div class="span2 table-of-content"><nav><h4>Table of Contents</h4><div class="toc"><ul>{toc}</ul></div></nav></div>'
            f'<div class="span8 article-content">{self.content()}<hr/><aside><p>Like this article? Share it with your friends!</p><div id="share"><a href="https://twitter.com/intent/tweet?url=x">Tweet</a></div></aside><aside><nav><ul class="articles-timeline"><li class="previous-article">« <a href="/p.html" title="Previous: {RELATED[0]}">{RELATED[0]}</a></li><li class="next-article"><a href="/n.html" title="Next: {RELATED[1]}">{RELATED[1]}</a> »</li></ul></nav></aside><section class="comments" id="comments-section"><hr/><div class="accordion"><a class="accordion-toggle">Comments</a><div><div id="disqus_thread"></div></div></div></section></div>'
            f'<section id="article-sidebar" class="span2"><h4>Published</h4><time itemprop="dateCreated" datetime="{post.published}T00:00:00+00:00">{self.day("%b %-d, %Y")}</time><h4>Last Updated</h4><div class="last_updated">{self.day("%b %-d, %Y")}</div><h4>Category</h4><a class="category-link" href="/categories#notes-ref">notes</a><h4>Tags</h4><ul class="list-of-tags tags-in-article">{tags}</ul><h4>Stay in Touch</h4><div id="sidebar-social-link"><a href="/feed.xml">Feed</a></div></section></div></article></div></div></div>{self.footer()}'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} id="s{self.headings}">{text}<a class="headerlink" href="#s{self.headings}" title="Permanent link">&para;</a></h{level}>'

    def code(self, language: str, text: str) -> str:
        numbers = "\n".join(
            f'<span class="normal">{n}</span>' for n in range(1, text.count("\n") + 2)
        )
        return f'<table class="highlighttable"><tr><td class="linenos"><div class="linenodiv"><pre>{numbers}</pre></div></td><td class="code"><div><pre><span></span><code>{escape(text)}\n</code></pre></div></td></tr></table>'


@platform
class Margin(Plain):
    """A book-like style: notes stand in the margin, in the text's own flow, behind a check box."""

    tagged = False

    def body(self) -> str:
        post = self.post
        return f'<nav class="site-nav"><a href="/">Home</a> <a href="/archive/">Archive</a></nav><article><h1>{post.title}</h1><p class="subtitle">{post.author}, {self.day("%-d %B %Y")}</p><section>{self.content()}</section></article><footer><p>© Harbour Notes. All rights reserved</p></footer>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<figure><label for="mn-{name}" class="margin-toggle">&#8853;</label><input type="checkbox" id="mn-{name}" class="margin-toggle"/><span class="marginnote">{caption}</span><img src="{self.src(name)}" alt="{alt}"></figure>'

    def reference(self, number: str) -> str:
        notes = next(
            (held for kind, held in self.post.blocks if kind == "footnotes"), []
        )
        return f'<label for="sn-{number}" class="margin-toggle sidenote-number"></label><input type="checkbox" id="sn-{number}" class="margin-toggle"/><span class="sidenote">{notes[int(number) - 1]}</span>'

    def footnotes(self, notes: list[str]) -> str:
        return ""
