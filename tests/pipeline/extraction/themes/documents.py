"""Themes of generators for documentation that have a blog: sidebars on both sides, panels, tabs."""

from html import escape

from tests.pipeline.extraction.themes.platforms import RELATED, Plain, platform
from tests.pipeline.extraction.themes.posts import Block

PENCIL = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M10 20H6V4h7v5h5v3z"></path></svg>'


@platform
class Material(Plain):
    """MkDocs Material's blog: the author and the dates in a sidebar, line numbers, a form of feedback."""

    tagged = False
    foreign = (
        "Back to index",
        "Metadata",
        "Was this page helpful",
        "Thanks for your feedback",
        "Copy to clipboard",
        "Made with",
        "Back to top",
        "Table of contents",
    )

    def body(self) -> str:
        post = self.post
        toc = "".join(
            f'<li class="md-nav__item"><a href="#s{n}" class="md-nav__link"><span class="md-ellipsis">{held}</span></a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        contents = f'<nav class="md-nav md-nav--secondary" aria-label="Table of contents"><label class="md-nav__title" for="__toc"><span class="md-nav__icon md-icon"></span>Table of contents</label><ul class="md-nav__list">{toc}</ul></nav>'
        return (
            '<input class="md-toggle" data-md-toggle="drawer" type="checkbox" id="__drawer" autocomplete="off"><div data-md-component="skip"><a href="#post" class="md-skip">Skip to content</a></div>'
            '<header class="md-header" data-md-component="header"><nav class="md-header__inner md-grid" aria-label="Header"><a href="/" class="md-header__button md-logo">Harbour Notes</a>'
            f'<div class="md-header__title"><div class="md-header__ellipsis"><div class="md-header__topic"><span class="md-ellipsis">Harbour Notes</span></div><div class="md-header__topic" data-md-component="header-topic"><span class="md-ellipsis">{post.title}</span></div></div></div></nav></header>'
            '<div class="md-container" data-md-component="container"><nav class="md-tabs"><ul class="md-tabs__list"><li class="md-tabs__item"><a href="/" class="md-tabs__link">Home</a></li></ul></nav>'
            '<main class="md-main" data-md-component="main"><div class="md-main__inner md-grid"><div class="md-content md-content--post" data-md-component="content">'
            '<div class="md-sidebar md-sidebar--post" data-md-component="sidebar" data-md-type="navigation"><div class="md-sidebar__scrollwrap"><div class="md-sidebar__inner md-post">'
            f'<nav class="md-nav md-nav--primary"><div class="md-post__back"><div class="md-nav__title md-nav__container"><a href="/blog/" class="md-nav__link"><span class="md-ellipsis">Back to index</span></a></div></div>'
            f'<div class="md-post__authors md-typeset"><div class="md-profile md-post__profile"><span class="md-author md-author--long"><img src="/me.jpg" alt="{post.author}"></span><span class="md-profile__description"><strong>{post.author}</strong><br>Keeper</span></div></div>'
            f'<ul class="md-post__meta md-nav__list"><li class="md-nav__item md-nav__item--section"><div class="md-post__title"><span class="md-ellipsis">Metadata</span></div><nav class="md-nav"><ul class="md-nav__list"><li class="md-nav__item"><div class="md-nav__link">{PENCIL}<time datetime="{post.published} 00:00:00+00:00" class="md-ellipsis">{post.published}</time></div></li><li class="md-nav__item"><div class="md-nav__link">{PENCIL}<span class="md-ellipsis">4 min read</span></div></li></ul></nav></li></ul></nav>{contents}</div></div></div>'
            f'<article class="md-content__inner md-post__content md-typeset" id="post"><a href="https://code.example/edit/main/docs/{post.slug}.md" title="Edit this page" class="md-content__button md-icon" rel="edit">{PENCIL}</a>'
            f'<h1 id="top">{post.title}<a class="headerlink" href="#top" title="Permanent link">&para;</a></h1>{self.content()}'
            '<form class="md-feedback" name="feedback" hidden><fieldset><legend class="md-feedback__title">Was this page helpful?</legend><div class="md-feedback__inner"><div class="md-feedback__list"><button class="md-feedback__icon md-icon" type="submit" title="This page was helpful"></button></div><div class="md-feedback__note"><div data-md-value="1" hidden>Thanks for your feedback!</div></div></div></fieldset></form></article></div></div>'
            '<button type="button" class="md-top md-icon" data-md-component="top" hidden>Back to top</button></main>'
            f'<footer class="md-footer"><nav class="md-footer__inner md-grid" aria-label="Footer"><a href="/x" class="md-footer__link md-footer__link--prev"><div class="md-footer__title"><span class="md-footer__direction">Previous</span><div class="md-ellipsis">{RELATED[0]}</div></div></a></nav><div class="md-footer-meta md-typeset"><div class="md-copyright">All rights reserved. Made with Material</div></div></footer></div>'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} id="s{self.headings}">{text}<a class="headerlink" href="#s{self.headings}" title="Permanent link">&para;</a></h{level}>'

    def code(self, language: str, text: str) -> str:
        lines = escape(text).split("\n")
        numbers = "\n".join(
            f'<span class="normal"><a href="#c{n}">{n}</a></span>'
            for n in range(1, len(lines) + 1)
        )
        rows = "\n".join(
            f'<span id="c{n}"><a id="l{n}" name="l{n}"></a>{line}</span>'
            for n, line in enumerate(lines, 1)
        )
        return (
            f'<div class="language-{language} highlight"><table class="highlighttable"><tr><th colspan="2" class="filename"><span class="filename">boats.txt</span></th></tr><tr><td class="linenos"><div class="linenodiv"><pre><span></span>{numbers}</pre></div></td>'
            f'<td class="code"><div><button class="md-clipboard md-icon" title="Copy to clipboard"></button><pre id="__code_1"><span></span><code>{rows}\n</code></pre></div></td></tr></table></div>'
        )

    def tasks(self, items: list[tuple[bool, str]]) -> str:
        lines = "".join(
            f'<li class="task-list-item"><label class="task-list-control"><input type="checkbox" disabled{" checked" * done}><span class="task-list-indicator"></span></label> {text}</li>'
            for done, text in items
        )
        return f'<ul class="task-list">{lines}</ul>'

    def math(self, tex: str) -> str:
        return rf'<div class="arithmatex">\[{escape(tex)}\]</div>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<figure><p><a class="glightbox" href="{self.src(name)}" data-type="image" data-width="auto" data-height="auto" data-desc-position="bottom"><img alt="{alt}" src="{self.src(name)}"></a></p><figcaption><p>{caption}</p></figcaption></figure>'

    def details(self, summary: str, text: str) -> str:
        return f'<details class="question"><summary>{summary}</summary><p>{text}</p></details>'

    def table(self, caption: str, rows: list[list[str]]) -> str:
        title = f"<caption>{caption}</caption>" if caption else ""
        return f'<div class="md-typeset__scrollwrap"><div class="md-typeset__table"><table>{title}{self.cells(rows)}</table></div></div>'


@platform
class Pydata(Plain):
    """Sphinx with its newest markup: notes in asides, captions with numbers, posts before and after by ABlog."""

    foreign = (
        "Skip to main content",
        "On this page",
        "Show Source",
        "Other Articles",
        "Collapse Sidebar",
        "Built with",
        "Previous:",
        "Ctrl",
    )

    def body(self) -> str:
        post = self.post
        tags = "".join(
            f'<a href="/blog/tag/{t}.html" rel="tag">{t}</a> ' for t in post.tags
        )
        toc = "".join(
            f'<li class="toc-h2 nav-item toc-entry"><a class="reference internal nav-link" href="#s{n}">{held}</a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        return (
            '<div id="pst-skip-link" class="skip-link d-print-none"><a href="#main-content">Skip to main content</a></div>'
            '<dialog id="pst-search-dialog"><form class="bd-search d-flex align-items-center" action="../search.html" method="get"><i class="fa-solid fa-magnifying-glass"></i><input type="search" class="form-control" name="q" placeholder="Search the docs ..."/><span class="search-button__kbd-shortcut"><kbd class="kbd-shortcut__modifier">Ctrl</kbd>+<kbd>K</kbd></span></form></dialog>'
            f'<header class="bd-header navbar navbar-expand-lg bd-navbar d-print-none"><div class="bd-header__inner bd-page-width"><a class="navbar-brand logo" href="/"><p class="title logo__title">Harbour Notes</p></a><ul class="bd-navbar-elements navbar-nav"><li class="nav-item"><a class="nav-link nav-internal" href="/about">About this site</a></li></ul></div></header>'
            '<div class="bd-container"><div class="bd-container__inner bd-page-width"><dialog id="pst-primary-sidebar-modal"></dialog><div id="pst-primary-sidebar" class="bd-sidebar-primary bd-sidebar">'
            f'<div class="sidebar-primary-items__start sidebar-primary__section"><div class="sidebar-primary-item"><div class="ablog-sidebar-item ablog__postcard"><h2><i class="fa fa-calendar"></i> {self.day("%d %B %Y")} </h2><ul><div class="ablog-sidebar-item ablog__postcard2"><li id="ablog-sidebar-item author ablog__author"><span><i class="fa-fw fa fa-user"></i></span> <a href="/blog/author/x.html">{post.author}</a></li><li id="ablog-sidebar-item tags ablog__tags"><span><i class="fa-fw fa fa-tags"></i></span> {tags}</li></div></ul></div></div>'
            f'<div class="sidebar-primary-item"><div class="ablog-sidebar-item ablog__recentposts"><h3><a href="/blog.html">Recent Posts</a></h3><ul>{self.related()}</ul></div></div></div></div>'
            '<main id="main-content" class="bd-main" role="main"><div class="bd-content"><div class="bd-article-container"><div class="bd-header-article d-print-none"><div class="header-article-items header-article__inner"><div class="header-article-items__start"><div class="header-article-item"><nav aria-label="Breadcrumb" class="d-print-none"><ul class="bd-breadcrumbs"><li class="breadcrumb-item breadcrumb-home"><a href="/" class="nav-link" aria-label="Home"><i class="fa-solid fa-home"></i></a></li>'
            f'<li class="breadcrumb-item active" aria-current="page"><span class="ellipsis">{post.title}</span></li></ul></nav></div></div></div></div><div id="searchbox"></div>'
            f'<article class="bd-article"><section id="{post.slug}"><h1>{post.title}<a class="headerlink" href="#{post.slug}" title="Link to this heading">#</a></h1>{self.content()}</section>'
            f'<div class="section ablog__blog_comments"><div class="section ablog__prev-next"><span class="ablog__prev"><a href="/p.html"><i class="fa fa-arrow-circle-left"></i><span>Previous: {RELATED[0]}</span></a></span><span class="ablog__spacer">&nbsp;</span></div></div></article>'
            '<footer class="bd-footer-article d-print-none"><div class="footer-article-items"></div></footer></div>'
            f'<dialog id="pst-secondary-sidebar-modal"></dialog><div id="pst-secondary-sidebar" class="bd-sidebar-secondary bd-toc"><div class="sidebar-secondary-items sidebar-secondary__inner"><div class="sidebar-secondary-item"><div id="pst-page-navigation-heading-2" class="page-toc tocsection onthispage"><i class="fa-solid fa-list"></i> On this page</div><nav id="pst-page-toc-nav" class="page-toc"><ul class="pst-show_toc_level nav section-nav flex-column">{toc}</ul></nav></div><div class="sidebar-secondary-item"><div class="tocsection sourcelink"><a href="../_sources/x.rst.txt"><i class="fa-solid fa-file-lines"></i> Show Source</a></div></div></div></div></div></main></div></div>'
            '<footer class="bd-footer"><div class="bd-footer__inner bd-page-width"><p class="copyright">© Copyright 2025. All rights reserved.<br/></p><p class="theme-version">Built with the PyData Theme</p></div></footer>'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} id="s{self.headings}">{text}<a class="headerlink" href="#s{self.headings}" title="Link to this heading">#</a></h{level}>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<figure class="align-default" id="id7"><a class="reference internal image-reference" href="{self.src(name)}"><img alt="{alt}" src="{self.src(name)}" style="width: 400px;" /></a><figcaption><p><span class="caption-number">Fig. 1 </span><span class="caption-text">{caption}</span><a class="headerlink" href="#id7" title="Link to this image">#</a></p></figcaption></figure>'

    def image(self, name: str, alt: str) -> str:
        return f'<a class="reference internal image-reference" href="{self.src(name)}"><img alt="{alt}" class="align-center" src="{self.src(name)}" style="width: 600px;" /></a>'

    def code(self, language: str, text: str) -> str:
        return (
            '<div class="literal-block-wrapper docutils container" id="id3"><div class="code-block-caption"><span class="caption-number">Listing 1 </span><span class="caption-text">boats</span><a class="headerlink" href="#id3" title="Link to this code">#</a></div>'
            f'<div class="highlight-{language} notranslate"><div class="highlight"><pre><span></span>{escape(text)}\n</pre></div></div></div>'
        )

    def table(self, caption: str, rows: list[list[str]]) -> str:
        title = (
            f'<caption><span class="caption-number">Table 1 </span><span class="caption-text">{caption}</span><a class="headerlink" href="#t1" title="Link to this table">#</a></caption>'
            if caption
            else ""
        )
        head = "".join(
            f'<th class="head"><p>{escape(cell)}</p></th>' for cell in rows[0]
        )
        body = "".join(
            f'<tr class="row-{"odd" if n % 2 else "even"}">{"".join(f"<td><p>{escape(cell)}</p></td>" if cell else "<td></td>" for cell in row)}</tr>'
            for n, row in enumerate(rows[1:])
        )
        return f'<div class="pst-scrollable-table-container"><table class="table" id="t1">{title}<thead><tr class="row-odd">{head}</tr></thead><tbody>{body}</tbody></table></div>'

    def math(self, tex: str) -> str:
        return f'<div class="math notranslate nohighlight" id="equation-m"><span class="eqno">(1)<a class="headerlink" href="#equation-m" title="Link to this equation">#</a></span>\\[{escape(tex)}\\]</div>'

    def quote(self, text: str) -> str:
        return f'<blockquote class="epigraph"><div><p>{text}</p><p class="attribution">—The office</p></div></blockquote>'

    def callout(self, title: str, text: str) -> str:
        return f'<div class="admonition-x admonition"><p class="admonition-title">{title}</p><p>{text}</p></div>'

    def details(self, summary: str, text: str) -> str:
        return f'<details class="sd-sphinx-override sd-dropdown sd-card sd-mb-3" id="s-x"><summary class="sd-summary-title sd-card-header"><span class="sd-summary-text">{summary}</span><span class="sd-summary-state-marker sd-summary-chevron-right">{PENCIL}</span></summary><div class="sd-summary-content sd-card-body docutils"><p class="sd-card-text">{text}</p></div></details>'

    def dl(self, pairs: list[tuple[str, str]]) -> str:
        rows = "".join(
            f'<dt class="field-odd">{a}<span class="colon">:</span></dt><dd class="field-odd"><p>{b}</p></dd>'
            for a, b in pairs
        )
        return f'<dl class="field-list simple">{rows}</dl>'

    def reference(self, number: str) -> str:
        return f'<a class="footnote-reference brackets" href="#f{number}" id="i{number}" role="doc-noteref"><span class="fn-bracket">[</span>{number}<span class="fn-bracket">]</span></a>'

    def footnotes(self, notes: list[str]) -> str:
        items = "".join(
            f'<aside class="footnote brackets" id="f{n}" role="doc-footnote"><span class="label"><span class="fn-bracket">[</span><a role="doc-backlink" href="#i{n}">{n}</a><span class="fn-bracket">]</span></span><p>{note}</p></aside>'
            for n, note in enumerate(notes, start=1)
        )
        return f'<hr class="docutils" /><aside class="footnote-list brackets">{items}</aside>'


@platform
class Vitepress(Plain):
    """VitePress: names of languages above code, numbers beside it, custom blocks, a pager that is a footer."""

    tagged = False
    foreign = (
        "Skip to content",
        "On this page",
        "Edit this page on GitHub",
        "Last updated",
        "Return to top",
        "Previous page",
        "Appearance",
    )

    def body(self) -> str:
        post = self.post
        toc = "".join(
            f'<li><a class="outline-link" href="#s{n}" title="{held}">{held}</a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        return (
            '<div id="app"><div class="Layout"><span tabindex="-1"></span><a href="#VPContent" class="VPSkipLink visually-hidden">Skip to content</a>'
            '<header class="VPNav"><div class="VPNavBar has-sidebar top"><div class="wrapper"><div class="container"><div class="title"><div class="VPNavBarTitle has-sidebar"><a class="title" href="/"><span>Harbour Notes</span></a></div></div><div class="content"><nav aria-labelledby="main-nav-aria-label" class="VPNavBarMenu menu"><a class="VPLink link VPNavBarMenuLink" href="/about"><span>About this site</span></a></nav></div></div></div></div></header>'
            '<div class="VPLocalNav has-sidebar empty"><div class="container"><button class="menu"><span class="menu-text">Menu</span></button><div class="VPLocalNavOutlineDropdown"><button>Return to top</button></div></div></div>'
            f'<aside class="VPSidebar"><nav class="nav" id="VPSidebarNav" aria-labelledby="sidebar-aria-label" tabindex="-1"><span class="visually-hidden" id="sidebar-aria-label"> Sidebar Navigation </span><div class="group"><section class="VPSidebarItem level-0 has-active"><div class="item"><h2 class="text">Posts</h2></div><div class="items">{self.related()}</div></section></div></nav></aside>'
            '<div class="VPContent has-sidebar" id="VPContent"><div class="VPDoc has-sidebar has-aside"><div class="container"><div class="aside"><div class="aside-curtain"></div><div class="aside-container"><div class="aside-content"><div class="VPDocAside">'
            f'<nav aria-labelledby="doc-outline-aria-label" class="VPDocAsideOutline has-outline" role="navigation"><div class="content"><div class="outline-marker"></div><div aria-level="2" class="outline-title" id="doc-outline-aria-label" role="heading">On this page</div><ul class="VPDocOutlineItem root">{toc}</ul></div></nav></div></div></div></div>'
            f'<div class="content"><div class="content-container"><main class="main"><div style="position:relative;" class="vp-doc _posts_x"><div><h1 id="t" tabindex="-1">{post.title} <a class="header-anchor" href="#t" aria-label="Permalink to &quot;{post.title}&quot;">&#8203;</a></h1><p class="post-info"><span>{post.author}</span> · <time datetime="{post.published}T12:00:00.000Z">{self.day("%B %-d, %Y")}</time></p>{self.content()}</div></div></main>'
            f'<footer class="VPDocFooter"><div class="edit-info"><div class="edit-link"><a class="VPLink link vp-external-link-icon no-icon edit-link-button" href="https://github.com/x/y/edit/main/z.md" target="_blank"><span class="vpi-square-pen edit-link-icon"></span> Edit this page on GitHub</a></div><div class="last-updated"><p class="VPLastUpdated">Last updated: <time datetime="2026-03-03T10:00:00.000Z"></time></p></div></div><nav class="prev-next" aria-labelledby="doc-footer-aria-label"><span class="visually-hidden" id="doc-footer-aria-label">Pager</span><div class="pager"><a class="VPLink link pager-link prev" href="/p"><span class="desc">Previous page</span><span class="title">{RELATED[0]}</span></a></div></nav></footer></div></div></div></div></div>'
            '<footer class="VPFooter has-sidebar"><div class="container"><p class="copyright">All rights reserved</p></div></footer></div></div>'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} id="s{self.headings}" tabindex="-1">{text} <a class="header-anchor" href="#s{self.headings}" aria-label="Permalink to &quot;{text}&quot;">&#8203;</a></h{level}>'

    def code(self, language: str, text: str) -> str:
        lines = escape(text).split("\n")
        rows = "\n".join(
            f'<span class="line"><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;">{line}</span></span>'
            for line in lines
        )
        numbers = "".join(
            f'<span class="line-number">{n}</span><br>'
            for n in range(1, len(lines) + 1)
        )
        return f'<div class="language-{language} vp-adaptive-theme line-numbers-mode"><button title="Copy Code" class="copy"></button><span class="lang">{language}</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code>{rows}</code></pre><div class="line-numbers-wrapper" aria-hidden="true">{numbers}</div></div>'

    def callout(self, title: str, text: str) -> str:
        return f'<div class="tip custom-block"><p class="custom-block-title">{title}</p><p>{text}</p></div>'

    def details(self, summary: str, text: str) -> str:
        return f'<details class="details custom-block"><summary>{summary}</summary><p>{text}</p></details>'

    def math(self, tex: str) -> str:
        return f'<mjx-container class="MathJax" jax="SVG" display="true" tabindex="0"><svg style="vertical-align: -0.5ex;" xmlns="http://www.w3.org/2000/svg" role="img" focusable="false"><g stroke="currentColor"><path d="M0 0"></path></g></svg><mjx-assistive-mml unselectable="on" display="block"><math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><semantics><mi>m</mi><annotation encoding="application/x-tex">{escape(tex)}</annotation></semantics></math></mjx-assistive-mml></mjx-container>'

    def footnotes(self, notes: list[str]) -> str:
        items = "".join(
            f'<li id="fn{n}" class="footnote-item"><p>{note} <a href="#fnref{n}" class="footnote-backref">↩︎</a></p></li>'
            for n, note in enumerate(notes, start=1)
        )
        return f'<hr class="footnotes-sep"><section class="footnotes"><ol class="footnotes-list">{items}</ol></section>'

    def reference(self, number: str) -> str:
        return f'<sup class="footnote-ref"><a href="#fn{number}" id="fnref{number}">[{number}]</a></sup>'


@platform
class Starlight(Plain):
    """Starlight: asides with icons, framed code, the post's data and its authors in the content panel."""

    foreign = (
        "Skip to content",
        "On this page",
        "Select theme",
        "Recent posts",
        "Next post",
        "Table of Contents",
        "Overview",
    )

    def body(self) -> str:
        post = self.post
        toc = "".join(
            f'<li><a href="#s{n}"><span>{held}</span></a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        tags = "".join(f'<li><a href="/blog/tags/{t}/">{t}</a></li>' for t in post.tags)
        return (
            '<a href="#_top" class="sl-skip">Skip to content</a><div class="page sl-flex"><header class="header"><div class="header sl-flex"><div class="title-wrapper sl-flex"><a href="/" class="site-title sl-flex"><span translate="no">Harbour Notes</span></a></div><div class="sl-hidden md:sl-flex right-group"><starlight-theme-select><label style="--sl-select-width: 6.25em"><span class="sr-only">Select theme</span><select autocomplete="off"><option value="dark">Dark</option></select></label></starlight-theme-select></div></div></header>'
            f'<nav class="sidebar" aria-label="Main"><div id="starlight__sidebar" class="sidebar-pane"><div class="sidebar-content sl-flex"><sl-sidebar-state-persist><ul class="top-level"><li><a href="/blog">All posts</a></li><li><details open><summary><div class="group-label"><span class="large">Recent posts</span></div></summary><ul>{self.related()}</ul></details></li></ul></sl-sidebar-state-persist></div></div></nav>'
            f'<div class="main-frame"><div class="lg:sl-flex"><aside class="right-sidebar-container"><div class="right-sidebar"><div class="lg:sl-hidden"><mobile-starlight-toc><nav aria-labelledby="starlight__on-this-page--mobile"><details id="starlight__mobile-toc"><summary id="starlight__on-this-page--mobile" class="sl-flex"><div class="toggle sl-flex">On this page</div><span class="display-current"></span></summary><div class="dropdown"><ul class="isMobile"><li><a href="#_top"><span>Overview</span></a></li>{toc}</ul></div></details></nav></mobile-starlight-toc></div><div class="right-sidebar-panel sl-hidden lg:sl-block"><div class="sl-container"><starlight-toc><nav aria-labelledby="starlight__on-this-page"><h2 id="starlight__on-this-page">On this page</h2><ul><li><a href="#_top"><span>Overview</span></a></li>{toc}</ul></nav></starlight-toc></div></div></div></aside>'
            f'<div class="main-pane"><main lang="en" dir="ltr"><div class="content-panel"><div class="sl-container"><h1 id="_top">{post.title}</h1><div class="metadata not-content"><div class="info"><time datetime="{post.published}T00:00:00.000Z">{self.day("%b %-d, %Y")}</time></div><div class="authors"><div class="author"><a href="https://ines.example" class="author"><div class="text"><div class="name">{post.author}</div><span class="title">Keeper</span></div></a></div></div></div></div></div>'
            f'<div class="content-panel"><div class="sl-container"><div class="sl-markdown-content">{self.content()}</div><div class="tags not-content">Tags: <ul>{tags}</ul></div><footer class="sl-flex"><div class="meta sl-flex"></div><div class="pagination not-content"><a href="/n" rel="next" class="next"><span>Next post<br><span class="link-title">{RELATED[1]}</span></span></a></div></footer></div></div></main></div></div></div></div><footer>All rights reserved</footer>'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<div class="sl-heading-wrapper level-h{level}"><h{level} id="s{self.headings}">{text}</h{level}><a class="sl-anchor-link" href="#s{self.headings}"><span aria-hidden="true" class="sl-anchor-icon">{PENCIL}</span><span class="sr-only">Section titled “{text}”</span></a></div>'

    def code(self, language: str, text: str) -> str:
        lines = "".join(
            f'<div class="ec-line"><div class="gutter"><div class="ln" aria-hidden="true">{n}</div></div><div class="code">{line or "&#10;"}</div></div>'
            for n, line in enumerate(escape(text).split("\n"), 1)
        )
        return f'<div class="expressive-code"><figure class="frame is-terminal not-content"><figcaption class="header"><span class="title"></span><span class="sr-only">Terminal window</span></figcaption><pre data-language="{language}"><code>{lines}</code></pre><div class="copy"><div aria-live="polite"></div><button title="Copy to clipboard" data-copied="Copied!"><div></div></button></div></figure></div>'

    def callout(self, title: str, text: str) -> str:
        return f'<aside aria-label="{title}" class="starlight-aside starlight-aside--note"><p class="starlight-aside__title" aria-hidden="true">{PENCIL}{title}</p><div class="starlight-aside__content"><p>{text}</p></div></aside>'

    def footnotes(self, notes: list[str]) -> str:
        items = "".join(
            f'<li id="user-content-fn-{n}"><p>{note} <a href="#user-content-fnref-{n}" data-footnote-backref="" aria-label="Back to reference {n}" class="data-footnote-backref">↩</a></p></li>'
            for n, note in enumerate(notes, start=1)
        )
        return f'<section data-footnotes="" class="footnotes"><div class="sl-heading-wrapper level-h2"><h2 class="sr-only" id="footnote-label">Footnotes</h2></div><ol>{items}</ol></section>'

    def reference(self, number: str) -> str:
        return f'<sup><a href="#user-content-fn-{number}" id="user-content-fnref-{number}" data-footnote-ref="" aria-describedby="footnote-label">{number}</a></sup>'


@platform
class Jupyterlab(Plain):
    """A notebook as its newest exporter writes it: prompts in divisions, outputs in areas, code in editors."""

    foreign = ("In [", "Out[")

    def block(self, block: Block) -> str:
        inner = super().block(block)
        if block[0] == "code":
            return f'<div class="jp-Cell jp-CodeCell jp-Notebook-cell jp-mod-noOutputs" id="cell-id=1"><div class="jp-Cell-inputWrapper" tabindex="0"><div class="jp-Collapser jp-InputCollapser jp-Cell-inputCollapser"></div><div class="jp-InputArea jp-Cell-inputArea"><div class="jp-InputPrompt jp-InputArea-prompt">In [1]:</div><div class="jp-CodeMirrorEditor jp-Editor jp-InputArea-editor" data-type="inline"><div class="cm-editor cm-s-jupyter">{inner}</div></div></div></div></div>'
        if block[0] == "table":
            return f'<div class="jp-Cell jp-CodeCell jp-Notebook-cell"><div class="jp-Cell-outputWrapper"><div class="jp-Collapser jp-OutputCollapser jp-Cell-outputCollapser"></div><div class="jp-OutputArea jp-Cell-outputArea"><div class="jp-OutputArea-child jp-OutputArea-executeResult"><div class="jp-OutputPrompt jp-OutputArea-prompt">Out[1]:</div><div class="jp-RenderedHTMLCommon jp-RenderedHTML jp-OutputArea-output jp-OutputArea-executeResult" tabindex="0" data-mime-type="text/html"><div><style scoped>.dataframe tbody tr th {{ vertical-align: top; }}</style>{inner}</div></div></div></div></div></div>'
        return f'<div class="jp-Cell jp-MarkdownCell jp-Notebook-cell"><div class="jp-Cell-inputWrapper" tabindex="0"><div class="jp-Collapser jp-InputCollapser jp-Cell-inputCollapser"></div><div class="jp-InputArea jp-Cell-inputArea"><div class="jp-InputPrompt jp-InputArea-prompt"></div><div class="jp-RenderedHTMLCommon jp-RenderedMarkdown jp-MarkdownOutput" data-mime-type="text/markdown">{inner}</div></div></div></div>'

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} id="s{self.headings}">{text}<a class="anchor-link" href="#s{self.headings}">¶</a></h{level}>'

    def code(self, language: str, text: str) -> str:
        return f'<div class="highlight hl-{language}"><pre><span></span>{escape(text)}\n</pre></div>'

    def math(self, tex: str) -> str:
        return f"<p>$$\n{escape(tex)}\n$$</p>"

    def image(self, name: str, alt: str) -> str:
        return f'<p><img alt="{alt}" class="jp-needs-light-background" src="{self.src(name)}"/></p>'
