"""Themes of hosted services and applications, and of generators for documents."""

from html import escape

from tests.pipeline.extraction.themes.generators import lines_of
from tests.pipeline.extraction.themes.platforms import RELATED, Plain, platform


@platform
class Expressive(Plain):
    """Astro with framed code: a file name in the figure, lines in divisions, a button for copying."""

    authored = False
    foreign = ("Share this post on", "Back to Top", "Previous Post", "Edit page")

    def body(self) -> str:
        post = self.post
        tags = "".join(
            f'<li class="inline-block my-1"><a href="/tags/{t}/" class="group"><svg></svg>&nbsp;<span>{t}</span></a></li>'
            for t in post.tags
        )
        return (
            '<a id="skip-to-content" href="#main-content">Skip to content</a><header><nav id="nav-menu"><a href="/" class="logo">Harbour Notes</a><ul id="menu-items"><li><a href="/posts/">Posts</a></li></ul></nav></header><div class="mx-auto flex"><button id="back-button" class="focus-outline mb-2"><span>Go back</span></button></div>'
            f'<main id="main-content" class="mx-auto w-full" data-pagefind-body><h1 class="inline-block text-2xl font-bold" style="view-transition-name:x">{post.title}</h1><div class="my-2 flex items-center"><svg></svg><span class="sr-only">Published:</span><time class="text-base italic" datetime="{post.published}T15:22:00.000Z">{self.day("%-d %b, %Y")}</time><span aria-hidden="true" class="mx-2">|</span><a href="/edit/" target="_blank">Edit page</a></div>'
            f'<article id="article" class="app-prose mx-auto mt-8">{self.content()}</article><hr class="my-8 border-dashed"><ul class="mt-4 mb-8">{tags}</ul>'
            '<div class="flex"><div class="social-icons"><span class="italic">Share this post on:</span><div class="text-center"><a href="https://wa.me/?text=x" class="link-button" title="Share this post via WhatsApp"><svg></svg><span class="sr-only">Share this post via WhatsApp</span></a></div></div><button id="back-to-top"><svg></svg><span>Back to Top</span></button></div>'
            f'<hr><div data-pagefind-ignore class="grid"><a href="/p/" class="flex w-full"><svg></svg><div><span>Previous Post</span><div class="text-sm">{RELATED[0]}</div></div></a></div></main>{self.footer()}'
        )

    def code(self, language: str, text: str) -> str:
        lines = "".join(
            f'<div class="ec-line"><div class="gutter"><div class="ln" aria-hidden="true">{n}</div></div><div class="code"><span style="--0:#D6DEEB">{line}</span>{chr(10) if not line else ""}</div></div>'
            for n, line in enumerate(lines_of(text), 1)
        )
        return f'<div class="expressive-code"><link rel="stylesheet" href="/_astro/ec.css"/><figure class="frame has-title"><figcaption class="header"><span class="title">src/count.txt</span></figcaption><pre data-language="{language}"><code>{lines}</code></pre><div class="copy"><button title="Copy to clipboard" data-copied="Copied!" data-code="x"><div></div></button></div></figure></div>'

    def callout(self, title: str, text: str) -> str:
        return f'<aside aria-label="{title}" class="starlight-aside starlight-aside--tip"><p class="starlight-aside__title" aria-hidden="true"><svg></svg>{title}</p><div class="starlight-aside__content"><p>{text}</p></div></aside>'

    def footnotes(self, notes: list[str]) -> str:
        items = "".join(
            f'<li id="user-content-fn-{n}"><p>{note} <a href="#user-content-fnref-{n}" data-footnote-backref="" aria-label="Back to reference {n}" class="data-footnote-backref">↩</a></p></li>'
            for n, note in enumerate(notes, 1)
        )
        return f'<section data-footnotes="" class="footnotes"><h2 class="sr-only" id="footnote-label">Footnotes</h2><ol>{items}</ol></section>'

    def reference(self, number: str) -> str:
        return f'<sup><a href="#user-content-fn-{number}" id="user-content-fnref-{number}" data-footnote-ref="" aria-describedby="footnote-label">{number}</a></sup>'


@platform
class Quarto(Plain):
    """Quarto: a title block, cells with outputs, anchors for each line of code, an appendix."""

    foreign = ("Reuse", "Categories", "On this page", "Published")

    def body(self) -> str:
        post = self.post
        toc = "".join(
            f'<li><a href="#s{n}" id="toc-s{n}" class="nav-link" data-scroll-target="#s{n}">{held}</a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        tags = "".join(f'<div class="quarto-category">{t}</div>' for t in post.tags)
        return (
            '<div id="quarto-search-results"></div><header id="quarto-header" class="headroom fixed-top"><nav class="navbar navbar-expand-lg"><div class="navbar-container container-fluid"><a class="navbar-brand" href="/index.html"><span class="navbar-title">Harbour Notes</span></a><ul class="navbar-nav"><li class="nav-item"><a class="nav-link" href="/about.html"><span class="menu-text">About</span></a></li></ul></div></nav></header>'
            f'<div id="quarto-content" class="quarto-container page-columns page-rows-contents page-layout-article page-navbar"><div id="quarto-margin-sidebar" class="sidebar margin-sidebar"><nav id="TOC" role="doc-toc" class="toc-active"><h2 id="toc-title">On this page</h2><ul>{toc}</ul></nav></div>'
            f'<main class="content" id="quarto-document-content"><header id="title-block-header" class="quarto-title-block default"><div class="quarto-title"><h1 class="title">{post.title}</h1><div class="quarto-categories">{tags}</div></div><div class="quarto-title-meta"><div><div class="quarto-title-meta-heading">Author</div><div class="quarto-title-meta-contents"><p>{post.author}</p></div></div><div><div class="quarto-title-meta-heading">Published</div><div class="quarto-title-meta-contents"><p class="date">{self.day("%B %-d, %Y")}</p></div></div></div></header>'
            f'{self.content()}<div id="quarto-appendix" class="default"><section class="quarto-appendix-contents" id="quarto-reuse"><h2 class="anchored quarto-appendix-heading">Reuse</h2><div class="quarto-appendix-contents"><div><a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a></div></div></section></div></main></div>{self.footer()}'
        )

    def p(self, text: str) -> str:
        return f"<p>{self.inline(text)}</p>"

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} class="anchored" data-anchor-id="s{self.headings}">{text}</h{level}>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<div class="quarto-figure quarto-figure-center"><figure class="figure"><p><img src="{self.src(name)}" class="img-fluid figure-img" alt="{alt}"></p><figcaption>{caption}</figcaption></figure></div>'

    def code(self, language: str, text: str) -> str:
        lines = "\n".join(
            f'<span id="cb{self.headings}-{n}"><a href="#cb{self.headings}-{n}" aria-hidden="true" tabindex="-1"></a>{line}</span>'
            for n, line in enumerate(lines_of(text), 1)
        )
        return f'<div class="cell" data-execution_count="1"><div class="sourceCode cell-code" id="cb{self.headings}"><pre class="sourceCode {language} code-with-copy"><code class="sourceCode {language}">{lines}</code><button title="Copy to Clipboard" class="code-copy-button"><i class="bi"></i></button></pre></div></div>'

    def table(self, caption: str, rows: list[list[str]]) -> str:
        title = f"<caption>{caption}</caption>" if caption else ""
        return f'<table class="caption-top table">{title}<colgroup><col style="width: 50%"></colgroup>{self.cells(rows)}</table>'

    def math(self, tex: str) -> str:
        return rf'<p><span class="math display">\[{escape(tex)}\]</span></p>'

    def reference(self, number: str) -> str:
        return f'<a href="#fn{number}" class="footnote-ref" id="fnref{number}" role="doc-noteref"><sup>{number}</sup></a>'

    def footnotes(self, notes: list[str]) -> str:
        items = "".join(
            f'<li id="fn{n}"><p>{note}<a href="#fnref{n}" class="footnote-back" role="doc-backlink">↩︎</a></p></li>'
            for n, note in enumerate(notes, 1)
        )
        return f'<section id="footnotes" class="footnotes footnotes-end-of-document" role="doc-endnotes"><hr><ol>{items}</ol></section>'

    def callout(self, title: str, text: str) -> str:
        return f'<div class="callout callout-style-default callout-note callout-titled"><div class="callout-header d-flex align-content-center"><div class="callout-icon-container"><i class="callout-icon"></i></div><div class="callout-title-container flex-fill">{title}</div></div><div class="callout-body-container callout-body"><p>{text}</p></div></div>'

    def tasks(self, items: list[tuple[bool, str]]) -> str:
        lines = "".join(
            f'<li><label><input type="checkbox"{" checked" * done}>{text}</label></li>'
            for done, text in items
        )
        return f'<ul class="task-list">{lines}</ul>'


@platform
class Medium(Plain):
    """A large host: names without meaning, code with line breaks in a span, claps, a wall of offers."""

    tagged = False
    foreign = (
        "Sign up",
        "1.2K Follow",
        "Listen",
        "Written by",
        "Responses",
        "Recommended from",
        "1.2K Followers",
    )

    def body(self) -> str:
        post = self.post
        tags = "".join(
            f'<div class="tx ty"><a class="tz ua" href="/tag/{t}?source=post_page">{t}</a></div>'
            for t in post.tags
        )
        cards = "".join(
            f'<div class="uu"><a href="/r{n}?source=read_next"><h2 class="be uv">{t}</h2><div class="uw"><h3 class="be b">A short account of how it went.</h3></div></a><div>{self.day("%b %-d")}<span>4 min read</span></div></div>'
            for n, t in enumerate(RELATED)
        )
        return (
            '<div id="root"><div class="a b c"><div class="d e f"><div class="m n"><a href="/">Home</a><a class="be b" href="/m/signin">Sign up</a><a href="/m/signin">Sign in</a></div></div>'
            f'<article><div class="l"><div class="l"><section><div><div class="fs ft fu fv fw"><div class="ab ca"><div class="ch bg"><div><h1 id="a1b2" class="pw-post-title fx fy fz" data-testid="storyTitle">{post.title}</h1><div class="hr hs"><div class="speechify-ignore ab co"><div class="speechify-ignore bg l"><div class="ht hu ab"><div class="ab hv"><a rel="noopener follow" href="/@x?source=post_page"><img alt="{post.author}" class="l fd" src="https://miro.example/me.jpeg" width="44" height="44"/></a></div><div class="bm bg l"><div class="ab"><span class="be b bf z bj"><a class="ae af" data-testid="authorName" rel="noopener follow" href="/@x?source=post_page">{post.author}</a></span><span class="be b"><button>Follow</button></span></div><div class="ab"><span data-testid="storyReadTime">4 min read</span><span>·</span><span data-testid="storyPublishDate">{self.day("%b %-d, %Y")}</span></div></div></div><div class="ab co jd"><span>1.2K</span><button aria-label="responses">7</button><button>Listen</button><button>Share</button></div></div></div></div></div>'
            f"{self.content()}</div></div></div></div></section></div></div></article>"
            f'<div class="tw">{tags}</div><div class="ab"><div class="l"><h2 class="be">Written by {post.author}</h2><span>1.2K Followers</span><p>I count boats and sow beans by the sea.</p><button>Follow</button></div></div><div class="l"><h2>Responses (7)</h2><div><p>Lovely post, thank you</p></div></div><div class="l"><h2>Recommended from the host</h2>{cards}</div></div></div>'
        )

    def p(self, text: str) -> str:
        return f'<p id="c3d4" class="pw-post-body-paragraph jk jl jm">{self.inline(text)}</p>'

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level - 1} id="e{self.headings}" class="kg kh ki">{text}</h{level - 1}>'

    def image(self, name: str, alt: str) -> str:
        return f'<figure class="ky kz la"><div role="button" tabindex="0" class="lb lc"><div class="kv kw kx"><picture><source srcSet="{self.src(name)} 640w" type="image/webp"/><source data-testid="og" srcSet="{self.src(name)} 640w"/><img alt="{alt}" class="bg lf" width="700" height="467" loading="eager" role="presentation" src="{self.src(name)}"/></picture></div></div></figure>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return self.image(name, alt).replace(
            "</figure>",
            f'<figcaption class="lg lh li" data-selectable-paragraph="">{caption}</figcaption></figure>',
        )

    def code(self, language: str, text: str) -> str:
        return f'<pre class="ky kz la lb"><span id="f{self.headings}" class="ne kh fq nb b" data-selectable-paragraph="">{"<br/>".join(lines_of(text))}</span></pre>'

    def callout(self, title: str, text: str) -> str:
        return f'<blockquote class="nn no np"><p id="q1" class="jk jl nq"><strong>{title}</strong> {text}</p></blockquote>'

    def embed(self, url: str, title: str) -> str:
        return f'<figure class="ky"><div class="ml l"><iframe src="{url}" title="{title}" height="480" width="854"></iframe></div></figure>'


@platform
class Forem(Plain):
    """A community of developers: panels under code, liquid embeds, comments, cards of what to read."""

    authored = False
    foreign = (
        "Top comments",
        "Read next",
        "Dismiss",
        "Code of Conduct",
        "Enter fullscreen mode",
    )

    def body(self) -> str:
        post = self.post
        tags = " ".join(
            f'<a class="crayons-tag" href="/t/{t.replace(" ", "")}"><span class="crayons-tag__prefix">#</span>{t}</a>'
            for t in post.tags
        )
        return (
            '<header id="topbar" class="crayons-header topbar print-hidden"><a href="/" class="site-logo">Harbour Notes</a><form action="/search"><input type="text"></form></header><div class="crayons-layout crayons-layout--3-cols crayons-layout--article"><aside class="crayons-layout__sidebar-left" aria-label="Article actions"><div class="crayons-article-actions"><button><span>Add reaction</span></button><span id="reaction-number">12</span></div></aside>'
            f'<main id="main-content" class="crayons-layout__content grid gap-4"><div class="article-wrapper"><article class="crayons-card crayons-article mb-4" id="article-show-container"><header class="crayons-article__header" id="main-title"><div class="crayons-article__header__meta"><div class="flex"><div class="crayons-article__subheader"><a href="/x" class="crayons-link fw-bold">{post.author}</a><p class="fs-xs color-base-60">Posted on <time datetime="{post.published}T08:00:00Z" class="date-no-year">{self.day("%b %-d")}</time></p></div></div><h1 class="fs-3xl lh-tight">{post.title}</h1><div class="spec__tags flex flex-wrap">{tags}</div></div></header>'
            f'<div class="crayons-article__main"><div class="crayons-article__body text-styles spec__body" data-article-id="1" id="article-body">{self.content()}</div></div>'
            '<section id="comments" data-updated-at="x" class="text-padding mb-4 border-t-1"><header class="relative flex"><h2 class="crayons-subtitle-1"> Top comments <span class="js-comments-count">(2)</span></h2><button id="subscribe-button">Subscribe</button></header><div class="comments" id="comment-trees-container"><details class="comment-wrapper" open><summary>Collapse</summary><div class="comment__body text-styles"><p>Lovely post, thank you</p></div></details></div><div class="align-center"><a href="/code-of-conduct" class="crayons-link">Code of Conduct</a> • <a href="/report-abuse">Report abuse</a></div></section></article>'
            f'<div class="crayons-article__bottom-content crayons-card"><h2>Read next</h2><div class="crayons-article-list"><a href="/r0" class="crayons-link"><h3>{RELATED[0]}</h3><p>A writer - Jan 1</p></a></div></div></div></main><aside class="crayons-layout__sidebar-right"><div class="crayons-card"><a href="/x"><span class="crayons-subtitle-2">{post.author}</span></a><button>Follow</button><div>I count boats and sow beans.</div></div></aside></div>{self.footer()}'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level}>\n  <a name="s{self.headings}" href="#s{self.headings}">\n  </a>\n  {text}\n</h{level}>'

    def code(self, language: str, text: str) -> str:
        return f'<div class="highlight js-code-highlight"><pre class="highlight {language}"><code><span class="n">{escape(text)}</span>\n</code></pre><div class="highlight__panel js-actions-panel"><div class="highlight__panel-action js-fullscreen-code-action"><svg><title>Enter fullscreen mode</title></svg></div></div></div>'

    def table(self, caption: str, rows: list[list[str]]) -> str:
        title = f"<caption>{caption}</caption>" if caption else ""
        return f'<div class="table-wrapper-paragraph"><table>{title}{self.cells(rows)}</table></div>'

    def footnotes(self, notes: list[str]) -> str:
        items = "".join(
            f'<li id="fn{n}"><p>{note} <a href="#fnref{n}">↩</a></p></li>'
            for n, note in enumerate(notes, 1)
        )
        return f"<hr><ol>{items}</ol>"

    def reference(self, number: str) -> str:
        return f'<sup id="fnref{number}"><a href="#fn{number}">{number}</a></sup>'

    def math(self, tex: str) -> str:
        return f'<div class="katex-element"><span class="katex-display"><span class="katex"><span class="katex-mathml"><math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><semantics><mrow><mi>m</mi></mrow><annotation encoding="application/x-tex">{tex}</annotation></semantics></math></span><span class="katex-html" aria-hidden="true"><span class="base"><span class="mord mathnormal">m</span></span></span></span></span></div>'


@platform
class Blogger(Plain):
    """An old host: no paragraph but line breaks, captions in tables, labels and the poster below."""

    foreign = (
        "No comments",
        "Posted by",
        "Labels",
        "Newer Post",
        "Post a Comment",
        "Blog Archive",
        "Email This",
    )

    def body(self) -> str:
        post = self.post
        tags = ", ".join(
            f'<a href="/search/label/{t.replace(" ", "%20")}" rel="tag">{t}</a>'
            for t in post.tags
        )
        return (
            '<div id="outer-wrapper"><div id="header-wrapper"><div class="header section" id="header"><h1 class="title"><a href="/">Harbour Notes</a></h1><p class="description"><span>About this site</span></p></div></div><div id="content-wrapper"><div id="main-wrapper"><div class="main section" id="main"><div class="widget Blog" id="Blog1"><div class="blog-posts hfeed"><div class="date-outer">'
            f'<h2 class="date-header"><span>{self.day("%A, %B %-d, %Y")}</span></h2><div class="date-posts"><div class="post-outer"><div class="post hentry uncustomized-post-template" itemprop="blogPost" itemscope="itemscope" itemtype="http://schema.org/BlogPosting"><a name="812"></a><h3 class="post-title entry-title" itemprop="name">{post.title}</h3><div class="post-header"><div class="post-header-line-1"></div></div>'
            f'<div class="post-body entry-content" id="post-body-812" itemprop="description articleBody">{self.content()}<div style="clear: both;"></div></div>'
            f'<div class="post-footer"><div class="post-footer-line post-footer-line-1"><span class="post-author vcard">Posted by <span class="fn" itemprop="author" itemscope="itemscope" itemtype="http://schema.org/Person"><a class="g-profile" href="https://www.blogger.com/profile/1" rel="author" title="author profile"><span itemprop="name">{post.author}</span></a></span></span><span class="post-timestamp">at <a class="timestamp-link" href="/x.html" rel="bookmark" title="permanent link"><abbr class="published" itemprop="datePublished" title="{post.published}T06:24:00-08:00">6:24 AM</abbr></a></span><span class="post-comment-link"></span></div><div class="post-footer-line"><div class="post-share-buttons goog-inline-block"><a class="goog-inline-block share-button sb-email" href="https://www.blogger.com/share-post.g?blogID=1&target=email" title="Email This"><span class="share-button-link-text">Email This</span></a></div><span class="post-labels">Labels: {tags}</span></div></div></div><div class="comments" id="comments"><h4>No comments:</h4><p class="comment-footer"><a href="https://www.blogger.com/comment.g?blogID=1">Post a Comment</a></p></div></div></div></div></div><div class="blog-pager" id="blog-pager"><span id="blog-pager-newer-link"><a class="blog-pager-newer-link" href="/n.html">Newer Post</a></span><a class="home-link" href="/">Home</a></div></div></div></div><div id="sidebar-wrapper"><div class="sidebar section"><div class="widget BlogArchive"><h2>Blog Archive</h2><ul><li><a href="/2024/">2024</a></li>{self.related()}</ul></div></div></div></div>{self.footer()}</div>'
        )

    def p(self, text: str) -> str:
        return f"{self.inline(text)}<br /><br />"

    def image(self, name: str, alt: str) -> str:
        return f'<div class="separator" style="clear: both; text-align: center;"><a href="{self.src(name)}" imageanchor="1" style="margin-left: 1em;"><img alt="{alt}" border="0" height="240" src="{self.src(name)}" width="320" /></a></div><br />'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<table align="center" cellpadding="0" cellspacing="0" class="tr-caption-container" style="margin-left: auto;"><tbody><tr><td style="text-align: center;"><a href="{self.src(name)}"><img alt="{alt}" border="0" src="{self.src(name)}" /></a></td></tr><tr><td class="tr-caption" style="text-align: center;">{caption}</td></tr></tbody></table><br />'

    def code(self, language: str, text: str) -> str:
        return f'<pre class="brush: {language}">{escape(text)}</pre><br />'


@platform
class Blocks(Plain):
    """WordPress's newest themes: everything is a block, neighbours and terms too."""

    foreign = (
        "Written by",
        "Previous:",
        "Leave a Reply",
        "More posts",
        "Your email address",
    )

    def body(self) -> str:
        post = self.post
        tags = '<span class="wp-block-post-terms__separator">, </span>'.join(
            f'<a href="/tag/{t}/" rel="tag">{t}</a>' for t in post.tags
        )
        more = "".join(
            f'<li class="wp-block-post post-{n}"><h3 class="wp-block-post-title"><a href="/r{n}/">{t}</a></h3><div class="wp-block-post-date"><time datetime="2024-01-01">January 1, 2024</time></div></li>'
            for n, t in enumerate(RELATED)
        )
        return (
            '<div class="wp-site-blocks"><header class="wp-block-template-part"><div class="wp-block-group"><p class="wp-block-site-title"><a href="/" rel="home">Harbour Notes</a></p><nav class="wp-block-navigation" aria-label="Navigation"><ul class="wp-block-navigation__container"><li class="wp-block-navigation-item"><a href="/archive/">Archive</a></li></ul></nav></div></header>'
            f'<main class="wp-block-group" id="wp--skip-link--target"><div class="wp-block-group has-global-padding is-layout-constrained"><h1 class="wp-block-post-title has-x-large-font-size">{post.title}</h1><div class="wp-block-group has-link-color"><p class="has-small-font-size">Written by </p><div class="wp-block-post-author-name"><a href="/author/x/" class="wp-block-post-author-name__link">{post.author}</a></div><p class="has-small-font-size">in</p><div class="taxonomy-category wp-block-post-terms"><a href="/category/notes/" rel="tag">Notes</a></div><div class="wp-block-post-date"><time datetime="{post.published}T09:00:00+00:00">{self.day("%B %-d, %Y")}</time></div></div></div>'
            f'<div class="entry-content alignfull wp-block-post-content has-global-padding is-layout-constrained wp-block-post-content-is-layout-constrained">{self.content()}</div>'
            f'<div class="wp-block-group"><div class="taxonomy-post_tag wp-block-post-terms is-style-post-terms-1">{tags}</div><nav class="wp-block-group" aria-label="Post navigation"><div class="post-navigation-link-previous wp-block-post-navigation-link"><span class="wp-block-post-navigation-link__arrow-previous is-arrow-arrow" aria-hidden="true">←</span><a href="/p/" rel="prev"><span class="post-navigation-link__label">Previous: </span> <span class="post-navigation-link__title">{RELATED[0]}</span></a></div></nav>'
            '<div class="wp-block-comments"><div id="respond" class="comment-respond wp-block-post-comments-form"><h3 id="reply-title" class="comment-reply-title">Leave a Reply</h3><form action="/c" method="post"><p class="comment-notes"><span id="email-notes">Your email address will not be published.</span></p><textarea name="comment"></textarea></form></div></div></div>'
            f'<div class="wp-block-group alignwide"><h2 class="wp-block-heading">More posts</h2><div class="wp-block-query"><ul class="wp-block-post-template">{more}</ul></div></div></main>{self.footer()}</div>'
        )

    def image(self, name: str, alt: str) -> str:
        return f'<figure class="wp-block-image aligncenter size-full"><img decoding="async" src="{self.src(name)}" alt="{alt}" class="wp-image-9" /></figure>'

    def code(self, language: str, text: str) -> str:
        return f'<pre class="EnlighterJSRAW" data-enlighter-language="{language}" data-enlighter-theme="" data-enlighter-linenumbers="">{escape(text)}</pre>'

    def callout(self, title: str, text: str) -> str:
        return f'<div class="wp-block-group has-accent-background-color has-background"><div class="wp-block-group__inner-container"><p><strong>{title}</strong> {text}</p></div></div>'

    def details(self, summary: str, text: str) -> str:
        return f'<details class="wp-block-details is-layout-flow"><summary>{summary}</summary><p>{text}</p></details>'


@platform
class Cards(Plain):
    """A publishing platform's cards: galleries, bookmarks, toggles, callouts; a box to subscribe below."""

    tagged = False
    foreign = (
        "Read next",
        "Subscribe to Harbour Notes",
        "Member discussion",
        "min read",
        "Sign up for more",
    )

    def body(self) -> str:
        post = self.post
        tag = post.tags[0]
        cards = "".join(
            f'<article class="gh-card post"><a class="gh-card-link" href="/r{n}/"><div class="gh-card-wrapper"><h3 class="gh-card-title is-title">{t}</h3><p class="gh-card-excerpt is-body">A short account of how it went, with drawings.</p><footer class="gh-card-meta"><span class="gh-card-author">By somebody</span><time class="gh-card-date" datetime="2024-01-01">Jan 1, 2024</time></footer></div></a></article>'
            for n, t in enumerate(RELATED)
        )
        return (
            '<div class="gh-viewport"><header id="gh-navigation" class="gh-navigation is-middle-logo gh-outer"><div class="gh-navigation-inner gh-inner"><a class="gh-navigation-logo is-title" href="/">Harbour Notes</a><nav class="gh-navigation-menu"><ul class="nav"><li class="nav-home"><a href="/">Home</a></li></ul></nav><a class="gh-button" href="#/portal/signup">Subscribe</a></div></header>'
            f'<main class="gh-main"><article class="gh-article post tag-{tag}"><header class="gh-article-header gh-canvas"><a class="gh-article-tag" href="/tag/{tag}/">{tag}</a><h1 class="gh-article-title is-title">{post.title}</h1><div class="gh-article-meta"><div class="gh-article-author-image instapaper_ignore"><a href="/author/x/"><img class="author-profile-image" src="/me.jpg" alt="{post.author}"></a></div><div class="gh-article-meta-wrapper"><h4 class="gh-article-author-name"><a href="/author/x/">{post.author}</a></h4><div class="gh-article-meta-content"><time class="gh-article-meta-date" datetime="{post.published}">{self.day("%b %-d, %Y")}</time><span class="gh-article-meta-length"><span class="bull">—</span> 4 min read</span></div></div></div></header>'
            f'<section class="gh-content gh-canvas is-body drop-cap">{self.content()}<div class="kg-card kg-signup-card kg-width-regular" data-lexical-signup-form=""><div class="kg-signup-card-content"><h2 class="kg-signup-card-heading">Sign up for more</h2><form class="kg-signup-card-form" data-members-form="signup"><input class="kg-signup-card-input" type="email" placeholder="Your email"><button><span>Subscribe</span></button></form></div></div></section></article>'
            f'<div class="gh-comments gh-canvas"><h2>Member discussion</h2><script src="/c.js"></script></div><section class="gh-container is-grid gh-outer"><div class="gh-container-inner gh-inner"><h2 class="gh-container-title">Read next</h2><div class="gh-feed">{cards}</div></div></section></main><footer class="gh-footer gh-outer"><section class="gh-footer-signup"><h2 class="gh-footer-signup-header is-title">Subscribe to Harbour Notes</h2><form><input type="email"></form></section><div class="gh-footer-copyright">All rights reserved</div></footer></div>'
        )

    def image(self, name: str, alt: str) -> str:
        return f'<figure class="kg-card kg-image-card kg-width-wide"><img src="{self.src(name)}" class="kg-image" alt="{alt}" loading="lazy" width="2000" height="1333" srcset="{self.src(name)} 600w" sizes="(min-width: 1200px) 1200px"></figure>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<figure class="kg-card kg-image-card kg-card-hascaption"><img src="{self.src(name)}" class="kg-image" alt="{alt}" loading="lazy"><figcaption><span style="white-space: pre-wrap;">{caption}</span></figcaption></figure>'

    def callout(self, title: str, text: str) -> str:
        return f'<div class="kg-card kg-callout-card kg-callout-card-blue"><div class="kg-callout-emoji">💡</div><div class="kg-callout-text"><b><strong>{title}</strong></b> {text}</div></div>'

    def details(self, summary: str, text: str) -> str:
        return f'<div class="kg-card kg-toggle-card" data-kg-toggle-state="close"><div class="kg-toggle-heading"><h4 class="kg-toggle-heading-text"><span>{summary}</span></h4><button class="kg-toggle-card-icon" aria-label="Expand toggle"><svg></svg></button></div><div class="kg-toggle-content"><p><span>{text}</span></p></div></div>'

    def embed(self, url: str, title: str) -> str:
        return f'<figure class="kg-card kg-embed-card"><iframe width="200" height="113" src="{url}" frameborder="0" title="{title}"></iframe></figure>'
