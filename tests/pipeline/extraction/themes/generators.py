"""Themes of static site generators: Hugo, Hexo, Jekyll, Gatsby, Zola, Astro, Quarto, Pelican."""

from html import escape

from tests.pipeline.extraction.themes.platforms import RELATED, Plain, platform

ICON = '<svg class="icon" viewBox="0 0 24 24"><path d="M0 0h24v24H0z"></path></svg>'


def lines_of(text: str) -> list[str]:
    return escape(text).split("\n")


@platform
class Stack(Plain):
    """Hugo: a category above the title, numbers beside code, a license, cards of related posts."""

    authored = False
    foreign = (
        "Licensed under CC BY",
        "Related content",
        "4 minute read",
        "Table of contents",
    )

    def body(self) -> str:
        post = self.post
        toc = "".join(
            f'<li><a href="#s{n}">{held}</a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        tags = "".join(f'<a href="/tags/{t}/">{t}</a>' for t in post.tags)
        cards = "".join(
            f'<article class=""><a href="/p/{n}/"><div class="article-details"><h2 class="article-title">{title}</h2></div></a></article>'
            for n, title in enumerate(RELATED)
        )
        return (
            '<div class="container main-container flex extended"><aside class="sidebar left-sidebar sticky"><header><div class="site-meta">'
            '<h1 class="site-name"><a href="/">Harbour Notes</a></h1><h2 class="site-description">About this site</h2></div></header>'
            '<ol class="menu" id="main-menu"><li><a href="/">Home</a></li><li><a href="/archives/">Archive</a></li></ol></aside>'
            f'<aside class="sidebar right-sidebar sticky"><section class="widget archives"><h2 class="widget-title section-title">Table of contents</h2><div class="widget--toc"><nav id="TableOfContents"><ol>{toc}</ol></nav></div></section></aside>'
            f'<main class="main full-width"><article class="main-article"><header class="article-header"><div class="article-details">'
            f'<header class="article-category"><a href="/categories/notes/">Notes</a></header>'
            f'<div class="article-title-wrapper"><h2 class="article-title"><a href="/{post.slug}/">{post.title}</a></h2></div>'
            f'<footer class="article-time"><div>{ICON}<time class="article-time--published">{self.day("%b %d, %Y")}</time></div><div>{ICON}<time class="article-time--reading">4 minute read</time></div></footer></div></header>'
            f'<section class="article-content">{self.content()}</section>'
            f'<footer class="article-footer"><section class="article-tags">{tags}</section>'
            f'<section class="article-copyright">{ICON}<span>Licensed under CC BY-NC-SA 4.0</span></section></footer></article>'
            f'<aside class="related-content--wrapper"><h2 class="section-title">Related content</h2><div class="related-content"><div class="flex article-list--tile">{cards}</div></div></aside>'
            '<div class="disqus-container"><div id="disqus_thread"></div><noscript>Please enable JavaScript to view the comments.</noscript></div>'
            f"</main></div>{self.footer()}"
        )

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<figure class="gallery-image" style="flex-grow: 150"><a href="{self.src(name)}" data-size="800x600"><img src="{self.src(name)}" width="800" height="600" srcset="{self.src(name)} 480w" loading="lazy" alt="{alt}"></a><figcaption>{caption}</figcaption></figure>'

    def code(self, language: str, text: str) -> str:
        numbers = "".join(
            f'<span class="lnt">{n}\n</span>' for n in range(1, text.count("\n") + 2)
        )
        lines = "".join(
            f'<span class="line"><span class="cl">{line}\n</span></span>'
            for line in lines_of(text)
        )
        return (
            '<div class="highlight"><div class="chroma"><table class="lntable"><tr>'
            f'<td class="lntd"><pre tabindex="0" class="chroma"><code>{numbers}</code></pre></td>'
            f'<td class="lntd"><pre tabindex="0" class="chroma"><code class="language-{language}" data-lang="{language}">{lines}</code></pre></td></tr></table></div></div>'
        )

    def reference(self, number: str) -> str:
        return f'<sup id="fnref:{number}"><a href="#fn:{number}" class="footnote-ref" role="doc-noteref">{number}</a></sup>'


@platform
class Even(Plain):
    """Hugo: contents before the text, copyright lines, a reward, neighbours with two labels each."""

    foreign = ("LastMod", "Reward", "Prev", "Contents", "words")

    def body(self) -> str:
        post = self.post
        toc = "".join(
            f'<li><a href="#s{n}">{held}</a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        tags = "".join(f'<a href="/tags/{t}/">{t}</a>' for t in post.tags)
        return (
            f'<div id="mobile-navbar" class="mobile-navbar"></div><header id="header" class="header"><div class="logo-wrapper"><a href="/" class="logo">Harbour Notes</a></div><nav class="site-navbar"><ul id="menu" class="menu"><li class="menu-item"><a href="/">Home</a></li></ul></nav></header>'
            f'<main id="main" class="main"><div class="content-wrapper"><div id="content" class="content"><article class="post"><header class="post-header"><h1 class="post-title">{post.title}</h1>'
            f'<div class="post-meta"><span class="post-time"> {post.published} </span><div class="post-category"><a href="/categories/notes/"> notes </a></div><span class="more-meta"> 512 words </span><span class="more-meta"> 3 mins read </span></div></header>'
            f'<div class="post-toc" id="post-toc"><h2 class="post-toc-title">Contents</h2><div class="post-toc-content always-active"><nav id="TableOfContents"><ul>{toc}</ul></nav></div></div>'
            f'<div class="post-content">{self.content()}</div>'
            f'<div class="post-copyright"><p class="copyright-item"><span class="item-title">Author</span><span class="item-content">{post.author}</span></p><p class="copyright-item"><span class="item-title">LastMod</span><span class="item-content">{post.published}</span></p></div>'
            '<div class="post-reward"><input type="checkbox" name="reward" id="reward" hidden /><label class="reward-button" for="reward">Reward</label><div class="qr-code"><label class="qr-code-image" for="reward"><img class="image" src="/img/pay.png"><span>alipay</span></label></div></div>'
            f'<footer class="post-footer"><div class="post-tags">{tags}</div><nav class="post-nav"><a class="prev" href="/p/"><i class="iconfont icon-left"></i><span class="prev-text nav-default">{RELATED[0]}</span><span class="prev-text nav-mobile">Prev</span></a></nav></footer></article></div></div></main>'
            '<footer id="footer" class="footer"><div class="copyright"><span class="power-by">Powered by <a>Hugo</a></span><span class="division">|</span><span class="copyright-year">© 2025 Harbour Notes All rights reserved</span></div></footer>'
        )

    def code(self, language: str, text: str) -> str:
        lines = "".join(
            f'<span class="line"><span class="ln">{n}</span><span class="cl">{line}\n</span></span>'
            for n, line in enumerate(lines_of(text), 1)
        )
        return f'<div class="highlight"><pre tabindex="0" class="chroma"><code class="language-{language}" data-lang="{language}">{lines}</code></pre></div>'

    def callout(self, title: str, text: str) -> str:
        return f'<div class="admonition warning open"><div class="details-summary admonition-title"><i class="icon fas fa-exclamation-triangle"></i>{title}<i class="details-icon"></i></div><div class="details-content"><div class="admonition-content">{text}</div></div></div>'


@platform
class Next(Plain):
    """Hexo: code as a table in a figure, statistics in the head, copyright list, a sidebar with counts."""

    foreign = (
        "Symbols count",
        "Post author",
        "Copyright Notice",
        "Reading time",
        "25 posts",
        "Overview",
        "Donate",
    )

    def body(self) -> str:
        post = self.post
        toc = "".join(
            f'<li class="nav-item nav-level-2"><a class="nav-link" href="#s{n}"><span class="nav-number">{n}.</span> <span class="nav-text">{held}</span></a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        tags = "".join(f'<a href="/tags/{t}/" rel="tag"># {t}</a>' for t in post.tags)
        return (
            '<div class="headband"></div><main class="main"><div class="column"><header class="header" itemscope itemtype="http://schema.org/WPHeader"><div class="site-brand-container"><div class="site-meta"><a href="/" class="brand" rel="start"><p class="site-title">Harbour Notes</p></a></div></div><nav class="site-nav"><ul class="main-menu menu"><li class="menu-item menu-item-home"><a href="/" rel="section"><i class="fa fa-home fa-fw"></i>Home</a></li></ul></nav></header>'
            f'<aside class="sidebar"><div class="sidebar-inner"><ul class="sidebar-nav"><li class="sidebar-nav-toc">Table of Contents</li><li class="sidebar-nav-overview">Overview</li></ul><div class="sidebar-panel-container"><div class="post-toc-wrap sidebar-panel"><div class="post-toc animated"><ol class="nav">{toc}</ol></div></div><div class="site-overview-wrap sidebar-panel"><div class="site-author"><p class="site-author-name" itemprop="name">{post.author}</p><div class="site-description">Notes</div></div><div class="site-state"><a href="/archives/"><span class="site-state-item-count">25 posts</span></a></div></div></div></div></aside></div>'
            f'<div class="main-inner post posts-expand"><div class="post-block"><article itemscope itemtype="http://schema.org/Article" class="post-content" lang="en"><link itemprop="mainEntityOfPage" href="/x/"><span hidden itemprop="author" itemscope itemtype="http://schema.org/Person"><meta itemprop="image" content="/a.gif"><meta itemprop="name" content="{post.author}"></span>'
            f'<header class="post-header"><h1 class="post-title" itemprop="name headline">{post.title}</h1><div class="post-meta-container"><div class="post-meta"><span class="post-meta-item"><span class="post-meta-item-icon"></span><span class="post-meta-item-text">Posted on</span> <time title="Created: {post.published} 10:00:00" itemprop="dateCreated datePublished" datetime="{post.published}T10:00:00+08:00">{post.published}</time></span><span class="post-meta-item"><span class="post-meta-item-text">In</span><span itemprop="about"><a href="/categories/notes/" itemprop="url" rel="index"><span itemprop="name">notes</span></a></span></span></div><div class="post-meta"><span class="post-meta-item" title="Symbols count in article"><span class="post-meta-item-text">Symbols count in article: </span><span>3.4k</span></span><span class="post-meta-item" title="Reading time"><span class="post-meta-item-text">Reading time &asymp;</span><span>3 mins.</span></span></div></div></header>'
            f'<div class="post-body" itemprop="articleBody">{self.content()}</div>'
            f'<footer class="post-footer"><div class="reward-container"><div>Donate</div><button>Donate</button></div><div class="post-copyright"><ul><li class="post-copyright-author"><strong>Post author:  </strong>{post.author}</li><li class="post-copyright-link"><strong>Post link: </strong><a href="/x/">https://blog.example/x/</a></li><li class="post-copyright-license"><strong>Copyright Notice:  </strong>All articles in this blog are licensed under BY-NC-SA unless stating additionally.</li></ul></div><div class="post-tags">{tags}</div><div class="post-nav"><div class="post-nav-item"><a href="/p/" rel="prev" title="{RELATED[0]}"><i class="fa fa-angle-left"></i> {RELATED[0]}</a></div><div class="post-nav-item"></div></div></footer></article></div>'
            f'<div class="comments" id="valine-comments"></div></div></main>{self.footer()}'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} id="s{self.headings}"><a href="#s{self.headings}" class="headerlink" title="{text}"></a>{text}</h{level}>'

    def code(self, language: str, text: str) -> str:
        count = text.count("\n") + 2
        numbers = "".join(f'<span class="line">{n}</span><br>' for n in range(1, count))
        lines = "".join(
            f'<span class="line">{line}</span><br>' for line in lines_of(text)
        )
        return f'<figure class="highlight {language}"><div class="table-container"><table><tr><td class="gutter"><pre>{numbers}</pre></td><td class="code"><pre>{lines}</pre></td></tr></table></div></figure>'

    def callout(self, title: str, text: str) -> str:
        return f'<div class="note warning"><p><strong>{title}</strong></p><p>{text}</p></div>'


@platform
class Butterfly(Plain):
    """Hexo: the head of the post stands before the content, neighbours are covers, recommendations follow."""

    foreign = (
        "Copyright Notice",
        "Post Author",
        "Previous Post",
        "Recommend",
        "Announcement",
        "Word count",
    )

    def body(self) -> str:
        post = self.post
        tags = "".join(
            f'<a class="post-meta__tags" href="/tags/{t}/">{t}</a>' for t in post.tags
        )
        cards = "".join(
            f'<div><a href="/r{n}/" title="{t}"><img class="cover" src="/c{n}.webp" alt="cover"><div class="content is-center"><div class="date"><i class="far fa-calendar-alt fa-fw"></i> 2024-01-0{n + 1}</div><div class="title">{t}</div></div></a></div>'
            for n, t in enumerate(RELATED)
        )
        return (
            f'<div class="post" id="body-wrap"><header class="post-bg" id="page-header" style="background-image: url(/top.webp)"><nav id="nav"><span id="blog-info"><a href="/"><span class="site-name">Harbour Notes</span></a></span><div id="menus"><div class="menus_items"><a class="site-page" href="/"><span> Home</span></a></div></div></nav>'
            f'<div id="post-info"><h1 class="post-title">{post.title}</h1><div id="post-meta"><div class="meta-firstline"><span class="post-meta-date"><i class="far fa-calendar-alt fa-fw post-meta-icon"></i><span class="post-meta-label">Created</span><time class="post-meta-date-created" datetime="{post.published}T02:00:00.000Z">{post.published}</time></span><span class="post-meta-categories"><span class="post-meta-separator">|</span><a class="post-meta-categories" href="/categories/notes/">notes</a></span></div><div class="meta-secondline"><span class="post-meta-wordcount"><span class="post-meta-label">Word count:</span><span class="word-count">512</span></span></div></div></div></header>'
            f'<main class="layout" id="content-inner"><div id="post"><article class="post-content" id="article-container">{self.content()}</article>'
            f'<div class="post-copyright"><div class="post-copyright__author"><span class="post-copyright-meta">Post Author: </span><span class="post-copyright-info"><a href="/">{post.author}</a></span></div><div class="post-copyright__notice"><span class="post-copyright-meta">Copyright Notice: </span><span class="post-copyright-info">All articles are licensed under CC BY-NC-SA unless stating additionally.</span></div></div>'
            f'<div class="tag_share"><div class="post-meta__tag-list">{tags}</div><div class="post_share"><div class="social-share" data-sites="facebook,twitter"></div></div></div>'
            f'<nav class="pagination-post" id="pagination"><div class="prev-post pull-left"><a href="/r0/" title="{RELATED[0]}"><img class="cover" src="/c0.webp" alt="cover of previous post"><div class="pagination-info"><div class="label">Previous Post</div><div class="prev_info">{RELATED[0]}</div></div></a></div></nav>'
            f'<div class="relatedPosts"><div class="headline"><i class="fas fa-thumbs-up fa-fw"></i><span>Recommend</span></div><div class="relatedPosts-list">{cards}</div></div></div>'
            '<div class="aside-content" id="aside-content"><div class="card-widget card-announcement"><div class="item-headline"><i class="fas fa-bullhorn"></i><span>Announcement</span></div><div class="announcement_content">This is my blog about boats and gardens, and it is written in the evenings.</div></div></div></main>'
            f"{self.footer()}</div>"
        )

    def code(self, language: str, text: str) -> str:
        numbers = "".join(
            f'<span class="line">{n}</span><br>' for n in range(1, text.count("\n") + 2)
        )
        lines = "".join(
            f'<span class="line">{line}</span><br>' for line in lines_of(text)
        )
        return f'<figure class="highlight {language}"><div class="highlight-tools"><i class="fas fa-angle-down expand"></i><div class="code-lang">{language}</div><i class="fas fa-paste copy-button"></i></div><table><tr><td class="gutter"><pre>{numbers}</pre></td><td class="code"><pre>{lines}</pre></td></tr></table></figure>'

    def image(self, name: str, alt: str) -> str:
        return f'<p><img src="data:image/gif;base64,R0lGODdhAQABAPAAAMPDwwAAACwAAAAAAQABAAACAkQBADs=" data-lazy-src="{self.src(name)}" alt="{alt}"></p>'


@platform
class Chirpy(Plain):
    """Jekyll: captions in emphasis, code with a head and a table of rows, a tail of many parts."""

    foreign = (
        "Further Reading",
        "This post is licensed",
        "Older",
        "Trending Tags",
        "Contents",
        "min read",
        "Recently Updated",
    )

    def body(self) -> str:
        post = self.post
        tags = "".join(
            f'<a href="/tags/{t}/" class="post-tag no-text-decoration">{t}</a>'
            for t in post.tags
        )
        cards = "".join(
            f'<article class="col"><a href="/posts/{n}/" class="post-preview card h-100"><div class="card-body"><time class="small" data-ts="1">Jan {n + 1}, 2024</time><h4 class="pt-0 my-2">{t}</h4><div class="text-muted"><p>How to do it on a rainy afternoon with what is in the shed, and what to leave for the summer...</p></div></div></a></article>'
            for n, t in enumerate(RELATED)
        )
        return (
            '<aside aria-label="Sidebar" id="sidebar" class="d-flex flex-column align-items-end"><header class="profile-wrapper"><h1 class="site-title"><a href="/">Harbour Notes</a></h1><p class="site-subtitle fst-italic mb-0">About this site</p></header><nav><ul class="nav"><li class="nav-item"><a href="/" class="nav-link"><span>HOME</span></a></li></ul></nav></aside>'
            '<div id="main-wrapper" class="d-flex justify-content-center"><div class="container d-flex flex-column px-xxl-5"><header id="topbar-wrapper"><nav id="breadcrumb" aria-label="Breadcrumb"><span><a href="/">Home</a></span><span>Notes</span></nav><search id="search"><input class="form-control" type="search"></search></header>'
            f'<div class="row flex-grow-1"><main aria-label="Main Content" class="col-12 col-lg-11"><article class="px-1" data-toc="true"><header><h1 data-toc-skip>{post.title}</h1><div class="post-meta text-muted"><span>Posted <time data-ts="1" data-df="ll">{self.day("%b %-d, %Y")}</time></span><div class="d-flex justify-content-between"><span>By <em><a href="/about/">{post.author}</a></em></span><div><span class="readtime" title="512 words"><em>4 min</em> read</span></div></div></div></header>'
            f'<div id="toc-bar" class="d-flex"><span class="label text-truncate">{post.title}</span><button type="button" class="toc-trigger btn me-1"></button></div><button id="toc-solo-trigger" type="button"><span class="label ps-2 pe-1">Contents</span></button><div class="content">{self.content()}</div>'
            f'<div class="post-tail-wrapper text-muted"><div class="post-meta mb-3"><i class="far fa-folder-open fa-fw me-1"></i><a href="/categories/notes/">Notes</a></div><div class="post-tags"><i class="fa fa-tags fa-fw me-1"></i>{tags}</div><div class="post-tail-bottom d-flex"><div class="license-wrapper">This post is licensed under <a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a> by the author.</div><div class="share-wrapper d-flex"><span class="share-label text-muted">Share</span><span><a href="https://twitter.com/intent/tweet?text=x" target="_blank"><i class="fa-fw fa-brands fa-square-x-twitter"></i></a></span></div></div></div></article></main>'
            '<aside aria-label="Panel" id="panel-wrapper" class="col-xl-3 ps-2"><div class="access"><section id="access-lastmod"><h2 class="panel-heading">Recently Updated</h2><ul class="content list-unstyled"><li><a href="/posts/z/">A tide table in forty lines</a></li></ul></section><section><h2 class="panel-heading">Trending Tags</h2><div><a class="post-tag" href="/tags/python/">python</a></div></section></div></aside></div>'
            f'<div class="row"><div id="tail-wrapper" class="col-12 col-lg-11"><aside id="related-posts" aria-labelledby="related-label"><h3 class="mb-4" id="related-label">Further Reading</h3><nav class="row row-cols-1">{cards}</nav></aside><nav class="post-navigation d-flex justify-content-between" aria-label="Post Navigation"><a href="/p/" class="btn" aria-label="Older"><p>{RELATED[0]}</p></a><div class="btn disabled" aria-label="Newer"><p>-</p></div></nav>'
            f"{self.footer()}</div></div></div></div>"
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} id="s{self.headings}"><span class="me-2">{text}</span><a href="#s{self.headings}" class="anchor text-muted"><i class="fas fa-hashtag"></i></a></h{level}>'

    def image(self, name: str, alt: str) -> str:
        return f'<p><a href="{self.src(name)}" class="popup img-link shimmer"><img src="{self.src(name)}" alt="{alt}" loading="lazy"></a></p>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<p><a href="{self.src(name)}" class="popup img-link"><img src="{self.src(name)}" alt="{alt}" loading="lazy"></a> <em>{caption}</em></p>'

    def code(self, language: str, text: str) -> str:
        numbers = "".join(f"{n}\n" for n in range(1, text.count("\n") + 2))
        return (
            f'<div class="language-{language} highlighter-rouge"><div class="code-header"><span data-label-text="{language.title()}"><i class="fas fa-code fa-fw small"></i></span><button aria-label="copy" data-title-succeed="Copied!"><i class="far fa-clipboard"></i></button></div>'
            f'<div class="highlight"><code><table class="rouge-table"><tbody><tr><td class="rouge-gutter gl"><pre class="lineno">{numbers}</pre></td><td class="rouge-code"><pre>{escape(text)}\n</pre></td></tr></tbody></table></code></div></div>'
        )

    def callout(self, title: str, text: str) -> str:
        return f'<blockquote class="prompt-tip"><p><strong>{title}</strong> {text}</p></blockquote>'


@platform
class Mistakes(Plain):
    """Jekyll: an author's profile before the text, contents in an aside within it, share links below."""

    foreign = (
        "GitHub",
        "On this page",
        "Share on",
        "You May Also Enjoy",
        "minute read",
        "Harbour warden",
    )

    def body(self) -> str:
        post = self.post
        toc = "".join(
            f'<li><a href="#s{n}">{held}</a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        tags = "".join(
            f'<a href="/tags/#{t}" class="page__taxonomy-item p-category" rel="tag">{t}</a><span class="sep">, </span>'
            for t in post.tags
        )
        cards = "".join(
            f'<div class="grid__item"><article class="archive__item" itemscope itemtype="https://schema.org/CreativeWork"><h2 class="archive__item-title no_toc" itemprop="headline"><a href="/r{n}/" rel="permalink">{t}</a></h2><p class="page__meta"><span class="page__meta-readtime">2 minute read</span></p><p class="archive__item-excerpt" itemprop="description">A short account of how it went.</p></article></div>'
            for n, t in enumerate(RELATED)
        )
        return (
            '<nav class="skip-links"><ul><li><a href="#site-nav" class="screen-reader-shortcut">Skip to primary navigation</a></li></ul></nav><div class="masthead"><nav id="site-nav" class="greedy-nav"><a class="site-title" href="/">Harbour Notes</a><ul class="visible-links"><li class="masthead__menu-item"><a href="/archive/">Archive</a></li></ul></nav></div><div class="initial-content">'
            f'<div id="main" role="main"><div class="sidebar sticky"><div itemscope itemtype="https://schema.org/Person" class="h-card"><div class="author__content"><h3 class="author__name p-name" itemprop="name"><a class="u-url" rel="me" href="/" itemprop="url">{post.author}</a></h3><div class="author__bio p-note" itemprop="description"><p>Harbour warden and gardener.</p></div></div><div class="author__urls-wrapper"><button class="btn btn--inverse">Follow</button><ul class="author__urls social-icons"><li><a href="https://github.com/x"><span class="label">GitHub</span></a></li></ul></div></div></div>'
            f'<article class="page h-entry" itemscope itemtype="https://schema.org/CreativeWork"><meta itemprop="headline" content="{post.title}"><meta itemprop="datePublished" content="{post.published}T00:00:00+00:00"><div class="page__inner-wrap"><header><h1 id="page-title" class="page__title p-name" itemprop="headline"><a href="/x/" class="u-url" itemprop="url">{post.title}</a></h1><p class="page__meta"><span class="page__meta-readtime"><i class="far fa-clock"></i> 2 minute read</span></p></header>'
            f'<section class="page__content e-content" itemprop="text"><aside class="sidebar__right sticky"><nav class="toc"><header><h4 class="nav__title"><i class="fas fa-file-alt"></i> On this page</h4></header><ul class="toc__menu">{toc}</ul></nav></aside>{self.content()}</section>'
            f'<footer class="page__meta"><p class="page__taxonomy"><strong><i class="fas fa-fw fa-tags"></i> Tags: </strong><span itemprop="keywords">{tags}</span></p><p class="page__date"><strong><i class="fas fa-fw fa-calendar-alt"></i> Updated:</strong> <time class="dt-published" datetime="{post.published}T00:00:00+00:00">{self.day("%B %-d, %Y")}</time></p></footer>'
            f'<section class="page__share"><h4 class="page__share-title">Share on</h4><a href="https://twitter.com/intent/tweet?text=x" class="btn btn--twitter"><span> Twitter</span></a><a href="https://www.facebook.com/sharer/sharer.php?u=x" class="btn btn--facebook"><span> Facebook</span></a></section><nav class="pagination"><a href="/p/" class="pagination--pager" title="{RELATED[0]}">Previous</a><a href="#" class="pagination--pager disabled">Next</a></nav></div></article>'
            f'<div class="page__related"><h2 class="page__related-title">You May Also Enjoy</h2><div class="grid__wrapper">{cards}</div></div></div></div>{self.footer()}'
        )

    def callout(self, title: str, text: str) -> str:
        return f'<p class="notice--info"><strong>{title}</strong> {text}</p>'


@platform
class Gatsby(Plain):
    """Gatsby's starter: images in placeholders, anchors in headings, a portrait with a sentence below."""

    tagged = False
    foreign = ("who lives and works", "Written by")

    def body(self) -> str:
        post = self.post
        return (
            '<div id="___gatsby"><div style="outline:none" tabindex="-1" id="gatsby-focus-wrapper"><div class="global-wrapper" data-is-root-path="false"><header class="global-header"><a class="header-link-home" href="/">Harbour Notes</a></header><main>'
            f'<article class="blog-post" itemscope="" itemtype="http://schema.org/Article"><header><h1 itemprop="headline">{post.title}</h1><p>{self.day("%B %d, %Y")}</p></header><section itemprop="articleBody">{self.content()}</section><hr/>'
            f'<footer><div class="bio"><div data-gatsby-image-wrapper="" class="gatsby-image-wrapper bio-avatar"><img aria-hidden="true" data-placeholder-image="" src="data:image/jpeg;base64,/9j/4AAQSkZJRg==" alt=""/><img data-gatsby-image-ssr="" alt="Profile picture" src="/static/me.png"/></div><p>Written by <strong>{post.author}</strong> who lives and works beside the sea, counting boats. <a href="https://twitter.com/x">You should follow me on Twitter</a></p></div></footer></article>'
            f'<nav class="blog-post-nav"><ul style="display:flex"><li><a rel="prev" href="/a/">← {RELATED[0]}</a></li><li><a rel="next" href="/b/">{RELATED[1]} →</a></li></ul></nav></main><footer>© 2025, Built with <a href="https://www.gatsbyjs.com">Gatsby</a>. All rights reserved</footer></div></div></div>'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} id="s{self.headings}" style="position:relative;"><a href="#s{self.headings}" aria-label="{text} permalink" class="anchor before"><svg aria-hidden="true" viewBox="0 0 16 16"><path d="M4 9h1z"></path></svg></a>{text}</h{level}>'

    def image(self, name: str, alt: str) -> str:
        return f'<p><span class="gatsby-resp-image-wrapper" style="position: relative; display: block;"><a class="gatsby-resp-image-link" href="{self.src(name)}" target="_blank" rel="noopener"><span class="gatsby-resp-image-background-image" style="padding-bottom: 75%; background-image: url(\'data:image/jpeg;base64,AAAA\'); display: block;"></span><img class="gatsby-resp-image-image" alt="{alt}" title="{alt}" src="{self.src(name)}" srcset="{self.src(name)} 158w" style="width:100%;height:100%;" loading="lazy"/></a></span></p>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        image = self.image(name, alt).removeprefix("<p>").removesuffix("</p>")
        return f'<p><figure class="gatsby-resp-image-figure" style="">{image}<figcaption class="gatsby-resp-image-figcaption">{caption}</figcaption></figure></p>'

    def code(self, language: str, text: str) -> str:
        return f'<div class="gatsby-highlight" data-language="{language}"><pre class="language-{language}"><code class="language-{language}"><span class="token keyword">{escape(text)}</span></code></pre></div>'

    def footnotes(self, notes: list[str]) -> str:
        items = "".join(
            f'<li id="fn-{n}">{note}<a href="#fnref-{n}" class="footnote-backref">↩</a></li>'
            for n, note in enumerate(notes, 1)
        )
        return f'<div class="footnotes"><hr/><ol>{items}</ol></div>'

    def reference(self, number: str) -> str:
        return f'<sup id="fnref-{number}"><a href="#fn-{number}" class="footnote-ref">{number}</a></sup>'

    def embed(self, url: str, title: str) -> str:
        return f'<p><div class="gatsby-resp-iframe-wrapper" style="padding-bottom: 56.25%;"><iframe src="{url}" title="{title}" style="position: absolute;"></iframe></div></p>'


@platform
class Zola(Plain):
    """Zola: tags in the head's list, code in a table of lines, footnotes as definitions."""

    authored = False
    foreign = ("min read", "Table of Contents")

    def body(self) -> str:
        post = self.post
        tags = "".join(
            f'<li class="tag"><a href="/tags/{t}/">{t}</a>,&nbsp;</li>'
            for t in post.tags
        )
        toc = "".join(
            f'<li><a href="#s{n}">{held}</a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        return (
            '<header><nav class="navbar"><div class="nav-title"><a class="home-title" href="/">Harbour Notes</a></div><div class="nav-navs"><ul><li><a class="nav-links no-hover-padding" href="/archive/">Archive </a></li></ul></div></nav></header>'
            f'<div class="content"><main><article><h1 class="article-title">{post.title}</h1><ul class="meta"><li>{self.day("%-d %b %Y")}</li><li title="512 words"><span class="separator" aria-hidden="true">•</span>3 min read</li><li class="tag"><span class="separator" aria-hidden="true">•</span>Tags:&nbsp;</li>{tags}</ul>'
            f'<div class="toc-container"><details><summary>Table of Contents</summary><ul>{toc}</ul></details></div><section class="body">{self.content()}</section></article></main>'
            f'<div id="button-container"><a href="#top" id="back-to-top" class="no-hover-padding" title="Go to the top of the page"><svg></svg></a></div></div>{self.footer()}'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} id="s{self.headings}">{text}<a class="header-anchor no-hover-padding" href="#s{self.headings}" aria-label="Anchor link for: {text}"><span class="link-icon" aria-hidden="true"></span></a></h{level}>'

    def code(self, language: str, text: str) -> str:
        rows = "".join(
            f"<tr><td>{n}</td><td><span>{line}\n</span></td></tr>"
            for n, line in enumerate(lines_of(text), 1)
        )
        return f'<pre data-linenos data-lang="{language}" style="background-color:#2b303b;color:#c0c5ce;" class="language-{language} "><code class="language-{language}" data-lang="{language}"><table><tbody>{rows}</tbody></table></code></pre>'

    def reference(self, number: str) -> str:
        return f'<sup class="footnote-reference"><a href="#{number}">{number}</a></sup>'

    def footnotes(self, notes: list[str]) -> str:
        return "".join(
            f'<div class="footnote-definition" id="{n}"><sup class="footnote-definition-label">{n}</sup><p>{note}</p></div>'
            for n, note in enumerate(notes, 1)
        )

    def callout(self, title: str, text: str) -> str:
        return f'<div class="admonition note"><div class="admonition-icon admonition-icon-note"></div><div class="admonition-content"><strong class="admonition-title">{title}</strong><p>{text}</p></div></div>'
