"""More themes of generators: Hugo, Pelican, Nikola, Jekyll, Astro, Zola, Next.js."""

from html import escape

from tests.pipeline.extraction.themes.platforms import RELATED, Plain, platform
from tests.pipeline.extraction.themes.posts import Block

ICON = '<span class="relative block icon"><svg aria-hidden="true" focusable="false" viewBox="0 0 512 512"><path fill="currentColor" d="M172 172"/></svg></span>'


@platform
class Blowfish(Plain):
    """Hugo: utility classes, contents in details, a card of the author above the text, cards below."""

    foreign = (
        "Table of Contents",
        "Skip to main content",
        "Related",
        "Author",
        "Powered by",
        "Loading",
        "4 mins",
    )

    def body(self) -> str:
        post = self.post
        toc = "".join(
            f'<li><a href="#s{n}">{held}</a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        tags = "".join(
            f'<a class="relative mt-[0.5rem] me-2" href="/tags/{t}/"><span class="flex cursor-pointer"><span class="rounded-md border px-1 py-[1px] text-xs font-normal">{t}</span></span></a>'
            for t in post.tags
        )
        cards = "".join(
            f'<article class="relative min-h-full min-w-full overflow-hidden rounded-lg border"><div class="flex-none relative overflow-hidden thumbnail_card_related"><img src="/c{n}.jpg" alt="{title}" class="not-prose"></div><div class="p-4"><header><a class="not-prose before:absolute" href="/posts/{n}/"><h2>{title}</h2></a></header><div class="text-sm text-neutral-500"><div class="flex flex-row flex-wrap items-center"><time datetime="2023-01-02T00:00:00Z">2 January 2023</time><span class="px-2">·</span><span title="Reading time">3 mins</span></div></div></div></article>'
            for n, title in enumerate(RELATED)
        )
        return (
            '<div id="the-top" class="absolute flex self-center"><a class="px-3 py-1 text-sm -translate-y-8" href="#main-content"><span class="font-bold pe-2">↓</span>Skip to main content</a></div>'
            '<div class="min-h-[148px]"></div><div class="fixed inset-x-0 z-100"><div class="main-menu flex items-center w-full gap-2 p-1 pl-0"><a href="/" class="text-base font-medium truncate">Harbour Notes</a><div class="flex items-center ms-auto"><div class="hidden md:flex"><nav class="flex items-center gap-x-5 h-12"><a href="/about/" class="flex items-center bf-icon-color-hover"><span class="text-base font-medium break-normal">About this site</span></a></nav></div></div></div></div>'
            '<div class="relative flex flex-col grow"><main id="main-content" class="grow"><article>'
            f'<header id="single_header" class="mt-5 max-w-prose"><h1 class="mt-0 text-4xl font-extrabold text-neutral-900 dark:text-neutral">{post.title}</h1><div class="mt-1 mb-6 text-base text-neutral-500 print:hidden"><div class="flex flex-row flex-wrap items-center"><time datetime="{post.published}T00:00:00+00:00">{self.day("%-d %B %Y")}</time><span class="px-2 text-primary-500">·</span><span title="Reading time">4 mins</span></div><div class="flex flex-row flex-wrap items-center">{tags}</div></div>'
            f'<div class="flex author author-extra"><img class="!mt-0 !mb-0 h-24 w-24 rounded-full me-4" width="96" height="96" alt="{post.author}" src="/img/author.jpg"><div class="place-self-center"><div class="text-[0.6rem] uppercase leading-3 text-neutral-500">Author</div><div class="font-semibold leading-6">{post.author}</div><div class="text-sm text-neutral-700">I keep the books of a harbour.</div></div></div><div class="mb-5"></div></header>'
            f'<section class="flex flex-col max-w-full mt-0 prose dark:prose-invert lg:flex-row"><div class="order-first lg:ml-auto px-0 lg:order-last lg:ps-8"><div class="toc ps-5 print:hidden lg:sticky lg:top-10"><details open id="TOCView" class="toc-right mt-0"><summary class="block py-1 text-lg font-semibold">Table of Contents</summary><div class="min-w-[220px] py-2 ps-5"><nav id="TableOfContents"><ul>{toc}</ul></nav></div></details><details class="toc-inside mt-0 lg:hidden"><summary class="py-1 text-lg font-semibold">Table of Contents</summary><div class="py-2"><nav id="TableOfContents"><ul>{toc}</ul></nav></div></details></div></div>'
            f'<div class="min-w-0 min-h-0 max-w-fit"><div class="article-content max-w-prose mb-20">{self.content()}</div><section class="flex flex-row flex-wrap justify-center pt-4 text-xl"><a target="_blank" class="bg-primary-600" href="https://bsky.app/intent/compose?text=x" title="Post on Bluesky" aria-label="Post on Bluesky">{ICON}</a></section>'
            f'<h2 class="mt-8 text-2xl font-extrabold mb-10">Related</h2><section class="w-full grid gap-4 sm:grid-cols-2 md:grid-cols-3">{cards}</section></div></section>'
            f'<footer class="pt-8 max-w-prose print:hidden"><div class="pt-8"><hr class="border-dotted border-neutral-300"><div class="flex justify-between pt-3"><span class="flex flex-col"><a class="flex text-neutral-700" href="/p/"><span class="leading-6">← {RELATED[0]}</span></a><span class="ms-6 mt-1 text-xs text-neutral-500"><time datetime="2024-01-01T00:00:00Z">1 January 2024</time></span></span></div></div></footer></article>'
            '<div id="scroll-to-top" class="fixed bottom-6 end-6"><a href="#the-top" class="pointer-events-auto">↑</a></div></main><footer id="site-footer" class="py-10 print:hidden"><p class="text-sm text-neutral-500">© 2025 Harbour Notes. All rights reserved.</p><p class="text-xs">Powered by <a href="https://gohugo.io/">Hugo</a></p></footer></div>'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} class="relative group">{text} <div id="s{self.headings}" class="anchor"></div><span class="absolute top-0 w-6 transition-opacity opacity-0 -start-6 not-prose group-hover:opacity-100 select-none"><a class="text-primary-300 dark:text-neutral-700 !no-underline" href="#s{self.headings}" aria-label="Anchor">#</a></span></h{level}>'

    def callout(self, title: str, text: str) -> str:
        return f'<div class="flex px-4 py-3 rounded-md bg-primary-100 dark:bg-primary-900"><span class="text-primary-400 pe-3 flex items-center">{ICON}</span><span class="dark:text-neutral-300"><strong>{title}</strong> {text}</span></div>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<figure><img class="my-0 rounded-md" loading="lazy" decoding="async" fetchpriority="low" alt="{alt}" src="{self.src(name)}" srcset="/img_330.png 330w, {self.src(name)} 660w"><figcaption>{caption}</figcaption></figure>'

    def code(self, language: str, text: str) -> str:
        lines = "".join(
            f'<span class="line"><span class="cl">{line}\n</span></span>'
            for line in escape(text).split("\n")
        )
        return f'<div class="highlight-wrapper"><div class="highlight"><pre tabindex="0" class="chroma"><code class="language-{language}" data-lang="{language}">{lines}</code></pre></div></div>'


@platform
class Terminal(Plain):
    """Hugo: everything looks like a prompt; the cover and the tags in the head, posts side by side below."""

    foreign = ("Read other posts", "Powered by", "Theme made by", "Show more")

    def body(self) -> str:
        post = self.post
        tags = "".join(f'#<a href="/tags/{t}/">{t}</a>&nbsp;' for t in post.tags)
        return (
            '<div class="container"><header class="header"><div class="header__inner"><div class="header__logo"><a href="/"><div class="logo">Harbour Notes</div></a></div></div><nav class="navigation-menu"><ul class="navigation-menu__inner menu--desktop"><li><a href="/about">About this site</a></li><li><span class="menu__trigger" tabindex="0">Show more ▾</span></li></ul></nav></header>'
            f'<div class="content"><article class="post"><h1 class="post-title"><a href="/posts/{post.slug}/">{post.title}</a></h1><div class="post-meta"><time class="post-date">{post.published}</time><span class="post-author">{post.author}</span><span class="post-reading-time">3 min read (512 words)</span></div><span class="post-tags">{tags}</span>'
            f'<div class="post-content"><div>{self.content()}</div></div><div class="pagination"><div class="pagination__title"><span class="pagination__title-h">Read other posts</span><hr /></div><div class="pagination__buttons"><a href="/p/" class="button inline prev">&lt; [{RELATED[0]}]</a> :: <a href="/n/" class="button inline next">[{RELATED[1]}] &gt;</a></div></div></article></div>'
            '<footer class="footer"><div class="footer__inner"><div class="copyright"><span>© 2025 Powered by <a href="https://gohugo.io">Hugo</a></span><span>:: <a href="#">Theme</a> made by someone. All rights reserved</span></div></div></footer></div>'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} id="s{self.headings}">{text}<a href="#s{self.headings}" class="hanchor" ariaLabel="Anchor">#</a> </h{level}>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<figure class="center"><img src="{self.src(name)}" /><figcaption class="center">{caption}</figcaption></figure>'

    def code(self, language: str, text: str) -> str:
        return f'<div class="code-block"><div class="code-title"><button class="copy-btn">Copy</button></div><details open class="collapsable-code"><summary><span class="collapsable-code__language">{language}</span></summary><pre class="language-{language}"><code>{escape(text)}\n</code></pre></details></div>'


@platform
class Hextra(Plain):
    """Hugo for documents: breadcrumbs, cards, tabs, steps, a time of the last change, contents at the right."""

    tagged = False
    foreign = (
        "On this page",
        "Edit this page on GitHub",
        "Scroll to top",
        "Last updated on",
        "Copy code",
        "Question? Give us feedback",
    )

    def body(self) -> str:
        post = self.post
        toc = "".join(
            f'<li class="hx-my-2 hx-scroll-my-6"><a class="hx-font-semibold hx-inline-block" href="#s{n}">{held}</a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        return (
            '<div class="nav-container hx-sticky hx-top-0"><div class="nav-container-blur"></div><nav class="hx-mx-auto hx-flex"><a class="hx-flex hx-items-center" href="/"><span class="hx-mr-2 hx-font-extrabold" title="Harbour Notes">Harbour Notes</span></a><a title="About" href="/about"><span class="hx-text-center">About this site</span></a><div class="search-wrapper"><input placeholder="Search..." class="search-input" type="search" /><ul class="search-results"></ul></div></nav></div>'
            f'<div class="hx-mx-auto hx-flex hextra-max-page-width"><aside class="sidebar-container hx-flex hx-flex-col"><div class="hextra-scrollbar"><ul class="hx-flex hx-flex-col">{self.related()}</ul></div></aside><nav class="hextra-toc hx-order-last hx-hidden hx-w-64" aria-label="table of contents"><div class="hextra-scrollbar hx-sticky"><p class="hx-mb-4 hx-font-semibold">On this page</p><ul>{toc}</ul><div class="hx-mt-8 hx-border-t"><a class="hx-text-xs" href="https://github.com/x/issues/new" target="_blank">Question? Give us feedback →</a><a class="hx-text-xs" href="https://github.com/x/edit/main/z.md">Edit this page on GitHub →</a><button aria-hidden="true" id="backToTop"><span>Scroll to top</span></button></div></div></nav>'
            f'<article class="hx-w-full hx-break-words hx-flex hx-min-h-[calc(100vh-var(--navbar-height))]"><main class="hx-w-full hx-min-w-0 hx-max-w-6xl hx-px-6 hx-pt-4"><div class="hx-mt-1.5 hx-flex hx-items-center hx-gap-1 hx-overflow-hidden hx-text-sm"><div class="hx-whitespace-nowrap"><a href="/blog/">Blog</a></div>{ICON}<div class="hx-whitespace-nowrap hx-font-medium">{post.title}</div></div>'
            f'<br class="hx-mt-1.5 hx-text-sm" /><h1 class="hx-text-center hx-mt-2 hx-text-4xl hx-font-bold">{post.title}</h1><div class="hx-mt-4 hx-mb-16 hx-text-gray-500 hx-text-sm hx-flex"><span class="hx-mr-1">{self.day("%B %-d, %Y")}</span><span class="hx-mx-1">·</span><a href="https://ines.example" class="hx-mx-1" target="_blank">{post.author}</a></div>'
            f'<div class="content">{self.content()}</div><div class="hx-mb-16"></div><div class="hx-mt-12 hx-mb-8 hx-block hx-text-xs hx-text-gray-500">Last updated on {self.day("%B %-d, %Y")}</div><div class="hx-mb-8 hx-flex hx-items-center hx-border-t"><a href="/p/" title="{RELATED[0]}" class="hx-flex">{ICON}{RELATED[0]}</a><a href="/n/" title="{RELATED[1]}" class="hx-flex hx-ml-auto">{RELATED[1]}{ICON}</a></div></main></article></div>'
            '<footer class="hextra-footer"><div class="hx-flex">© All rights reserved</div></footer>'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level}>{text}<span class="hx-absolute -hx-mt-20" id="s{self.headings}"></span><a href="#s{self.headings}" class="subheading-anchor" aria-label="Permalink for this section"></a></h{level}>'

    def code(self, language: str, text: str) -> str:
        lines = "".join(
            f'<span class="line"><span class="cl">{line}\n</span></span>'
            for line in escape(text).split("\n")
        )
        return (
            f'<div class="hextra-code-block hx-relative hx-mt-6 first:hx-mt-0 hx-group/code"><div class="filename" dir="auto">boats.txt</div><div><div class="highlight"><pre tabindex="0" class="chroma"><code class="language-{language}" data-lang="{language}">{lines}</code></pre></div></div>'
            '<div class="hextra-code-copy-btn-container hx-opacity-0"><button class="hextra-code-copy-btn" title="Copy code"><div class="copy-icon"></div><div class="success-icon"></div></button></div></div>'
        )

    def callout(self, title: str, text: str) -> str:
        return f'<div class="hx-overflow-x-auto hx-mt-6 hx-flex hx-rounded-lg hx-border hx-py-2"><div class="hx-pl-3 hx-pr-2 hx-select-none hx-text-xl"><div class="hx-select-none" style="font-family: Emoji">💡</div></div><div class="hx-w-full hx-min-w-0 hx-leading-7"><div class="hx-mt-6 hx-leading-7 first:hx-mt-0"><strong>{title}</strong> {text}</div></div></div>'

    def details(self, summary: str, text: str) -> str:
        return f'<details class="last-of-type:hx-mb-0 hx-rounded-lg hx-p-2 hx-mt-4 hx-group" open><summary class="hx-flex hx-items-center before:hx-mr-1"><strong class="hx-text-lg">{summary}</strong></summary><div class="hx-p-2 hx-overflow-hidden"><p>{text}</p></div></details>'


@platform
class Flex(Plain):
    """Pelican: a profile at the left, links to neighbours in the content, a date between signs."""

    authored = False
    foreign = (
        "Proudly powered by",
        "Subscribe via Atom",
        "Cookies help",
        "Category:",
        "Continue Reading",
        "Got it",
    )

    def body(self) -> str:
        post = self.post
        tags = " ".join(f'<a href="/tag/{t}.html">{t}</a>' for t in post.tags)
        return (
            '<aside><div><a href="/"><img src="/theme/img/profile.png" alt="Harbour Notes" title="Harbour Notes"></a><h1><a href="/">Harbour Notes</a></h1><p>About this site</p><nav><ul class="list"><li><a target="_self" href="/pages/about.html#about">Contact</a></li></ul></nav><ul class="social"><li><a class="sc-github" href="https://github.com/x" target="_blank"><i class="fa-brands fa-github"></i></a></li></ul></div></aside>'
            f'<main><nav><a href="/">Home</a><a href="/archives.html">Archive</a><a href="/feeds/all.atom.xml">Subscribe via Atom</a></nav><article class="single"><header><h1 id="{post.slug}">{post.title}</h1><p>Posted on {self.day("%a %d %B %Y")} in <a href="/category/notes.html">notes</a> &#8226; 4 min read</p></header><div>{self.content()}</div><div class="tag-cloud"><p>{tags}</p></div>'
            f'<div class="neighbors"><a class="btn float-left" href="/p.html" title="{RELATED[0]}"><i class="fa fa-angle-left"></i> Previous Post</a></div><div class="related-posts"><h4>You might enjoy</h4><ul class="related-posts">{self.related()}</ul></div>'
            '<div class="addthis_relatedposts_inline"></div><section id="isso-thread"></section></article><footer><p>© 2025 All rights reserved</p><p> Built with <a href="http://getpelican.com">Pelican</a> using Flex theme</p></footer></main>'
            '<div id="cookie-bar"><p>Cookies help us deliver our services. By using our services, you agree to our use of cookies. <a>Got it</a></p></div>'
        )

    def code(self, language: str, text: str) -> str:
        return f'<div class="highlight"><pre><span></span><code>{escape(text)}\n</code></pre></div>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<div class="figure align-center"><img alt="{alt}" src="{self.src(name)}" style="width: 600px;" /><p class="caption">{caption}</p></div>'

    def table(self, caption: str, rows: list[list[str]]) -> str:
        title = f"<caption>{caption}</caption>" if caption else ""
        cols = "<colgroup>" + '<col width="25%" />' * len(rows[0]) + "</colgroup>"
        body = self.cells(rows).replace("<td></td>", "<td>&nbsp;</td>")
        return f'<table border="1" class="docutils">{title}{cols}{body}</table>'

    def reference(self, number: str) -> str:
        return f'<a class="footnote-reference" href="#fo-{number}" id="fr-{number}">[{number}]</a>'

    def footnotes(self, notes: list[str]) -> str:
        return "".join(
            f'<table class="docutils footnote" frame="void" id="fo-{n}" rules="none"><colgroup><col class="label" /><col /></colgroup><tbody valign="top"><tr><td class="label"><a class="fn-backref" href="#fr-{n}">[{n}]</a></td><td>{note}</td></tr></tbody></table>'
            for n, note in enumerate(notes, start=1)
        )

    def math(self, tex: str) -> str:
        return f'<div class="math">\n\\begin{{equation*}}\n{escape(tex)}\n\\end{{equation*}}\n</div>'


@platform
class Nikola(Plain):
    """Nikola with bootstrap: source links, docutils' newer markup, a pager in list items, comments by script."""

    foreign = (
        "Skip to main content",
        "Source",
        "Previous post",
        "Next post",
        "Comments powered by",
        "Contents ©",
    )

    def body(self) -> str:
        post = self.post
        tags = "".join(
            f'<li><a class="tag p-category" href="/categories/{t}/" rel="tag">{t}</a></li>'
            for t in post.tags
        )
        return (
            '<a href="#content" class="sr-only sr-only-focusable">Skip to main content</a><nav class="navbar navbar-expand-md static-top mb-4 navbar-light bg-light"><div class="container"><a class="navbar-brand" href="/"><span id="blog-title">Harbour Notes</span></a><ul class="navbar-nav mr-auto"><li class="nav-item"><a href="/archive.html" class="nav-link">Archive</a></li></ul><ul class="navbar-nav navbar-right"><li class="nav-item"><a href="index.rst" id="sourcelink" class="nav-link">Source</a></li></ul></div></nav>'
            f'<div class="container" id="content" role="main"><div class="body-content"><article class="post-text h-entry hentry postpage" itemscope="itemscope" itemtype="http://schema.org/Article"><header><h1 class="p-name entry-title" itemprop="headline name"><a href="." class="u-url">{post.title}</a></h1><div class="metadata"><p class="byline author vcard p-author h-card"><span class="byline-name fn p-name" itemprop="author">{post.author}</span></p><p class="dateline"><a href="." rel="bookmark"><time class="published dt-published" datetime="{post.published}T09:00:00+02:00" itemprop="datePublished" title="{post.published} 09:00">{post.published} 09:00</time></a></p><p class="commentline"><a href=".#disqus_thread" data-disqus-identifier="x">Comments</a></p><p class="sourceline"><a href="index.rst" class="sourcelink">Source</a></p></div></header>'
            f'<div class="e-content entry-content" itemprop="articleBody text"><div>{self.content()}</div></div><aside class="postpromonav"><nav><ul itemprop="keywords" class="tags">{tags}</ul><ul class="pager hidden-print"><li class="previous"><a href="/p" rel="prev" title="{RELATED[0]}">Previous post</a></li><li class="next"><a href="/n" rel="next" title="{RELATED[1]}">Next post</a></li></ul></nav></aside><section class="comments hidden-print"><h2>Comments</h2><div id="disqus_thread"></div><noscript>Please enable JavaScript to view the comments.</noscript><a href="https://disqus.com" class="dsq-brlink" rel="nofollow">Comments powered by <span class="logo-disqus">Disqus</span></a></section></article></div>'
            '<footer id="footer"><p>Contents © 2025 Harbour Notes. All rights reserved</p></footer></div>'
        )

    def code(self, language: str, text: str) -> str:
        lines = "\n".join(
            f'<a id="rest_code_1-{n}" name="rest_code_1-{n}" href="#rest_code_1-{n}"></a>{line}'
            for n, line in enumerate(escape(text).split("\n"), 1)
        )
        return f'<div class="code"><table class="codetable"><tr><td class="linenos linenodiv"><a href="#rest_code_1-1"><code data-line-number="1"></code></a></td><td class="code"><pre class="code {language}"><code>{lines}\n</code></pre></td></tr></table></div>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<figure><a class="reference external image-reference" href="{self.src(name)}"><img alt="{alt}" src="/images/x.thumbnail.jpg" data-full="{self.src(name)}"></a><figcaption><p>{caption}</p></figcaption></figure>'.replace(
            "/images/x.thumbnail.jpg", self.src(name).replace(".", ".thumbnail.")
        )

    def callout(self, title: str, text: str) -> str:
        return f'<div class="admonition alert alert-info"><p class="admonition-title">{title}</p><p>{text}</p></div>'

    def footnotes(self, notes: list[str]) -> str:
        items = "".join(
            f'<dt class="label" id="fo-{n}"><span class="brackets"><a class="fn-backref" href="#fr-{n}">{n}</a></span></dt><dd><p>{note}</p></dd>'
            for n, note in enumerate(notes, start=1)
        )
        return f'<dl class="footnote brackets">{items}</dl>'

    def reference(self, number: str) -> str:
        return f'<a class="footnote-reference brackets" href="#fo-{number}" id="fr-{number}">{number}</a>'


@platform
class Folio(Plain):
    """al-folio: a page of a researcher, with related posts as a list after a rule and badges."""

    foreign = (
        "Enjoy Reading This Article",
        "Here are some more articles",
        "Powered by",
        "toggle theme",
    )

    def body(self) -> str:
        post = self.post
        tags = " &nbsp; ".join(
            f'<a href="/blog/tag/{t}"> <i class="fa-solid fa-hashtag fa-sm"></i> {t}</a>'
            for t in post.tags
        )
        related = "".join(
            f'<li class="my-2"><a class="text-pink-700 underline font-semibold" href="/blog/{n}/">{title}</a></li>'
            for n, title in enumerate(RELATED)
        )
        return (
            '<header><nav id="navbar" class="navbar navbar-light navbar-expand-sm fixed-top" role="navigation"><div class="container"><a class="navbar-brand title font-weight-lighter" href="/">Harbour <span class="font-weight-bold">Notes</span></a><ul class="navbar-nav ml-auto flex-nowrap"><li class="nav-item"><a class="nav-link" href="/about">About this site</a></li><li class="toggle-container"><button id="light-toggle" title="Change theme">toggle theme</button></li></ul></div></nav><progress id="progress" value="0"><div class="progress-container"><span class="progress-bar"></span></div></progress></header>'
            f'<div class="container mt-5" role="main"><div class="row"><div class="col-sm-3"><nav id="toc-sidebar" class="sticky-top"></nav></div><div class="col-sm-9"><div class="post"><header class="post-header"><h1 class="post-title">{post.title}</h1><p class="post-meta">Created on {self.day("%B %d, %Y")} by {post.author}</p><p class="post-tags"><a href="/blog/2024"> <i class="fa-solid fa-calendar fa-sm"></i> 2024 </a> &nbsp; &middot; &nbsp; {tags}</p></header>'
            f'<article class="post-content"><div id="markdown-content">{self.content()}</div></article><br><hr><br><ul class="list-disc pl-8"></ul><h2 class="text-3xl font-semibold mb-4 mt-12">Enjoy Reading This Article?</h2><p class="mb-2">Here are some more articles you might like to read next:</p>{related}'
            '<div id="giscus_thread" style="max-width: 930px; margin: 0 auto;"><noscript>Please enable JavaScript to view the comments.</noscript></div></div></div></div></div><footer class="fixed-bottom" role="contentinfo"><div class="container mt-0">© Copyright 2025 Harbour Notes. All rights reserved. Powered by Jekyll.</div></footer>'
        )

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<div class="row mt-3"><div class="col-sm mt-3 mt-md-0"><figure><picture><source class="responsive-img-srcset" srcset="{self.src(name)}-480.webp 480w,{self.src(name)}-800.webp 800w," type="image/webp" sizes="95vw"><img src="{self.src(name)}" class="img-fluid rounded z-depth-1" width="100%" height="auto" alt="{alt}" data-zoomable loading="eager" onerror="this.onerror=null;"></picture></figure></div></div><div class="caption">{caption}</div>'

    def code(self, language: str, text: str) -> str:
        numbers = "\n".join(str(n) for n in range(1, text.count("\n") + 2))
        return f'<figure class="highlight"><pre><code class="language-{language}" data-lang="{language}"><table class="rouge-table"><tbody><tr><td class="gutter gl"><pre class="lineno">{numbers}\n</pre></td><td class="code"><pre>{escape(text)}\n</pre></td></tr></tbody></table></code></pre></figure>'

    def callout(self, title: str, text: str) -> str:
        return f'<blockquote class="block-tip"><h5 id="tip">{title}</h5><p>{text}</p></blockquote>'

    def math(self, tex: str) -> str:
        return f"\\[{escape(tex)}\\]"


@platform
class Astropaper(Plain):
    """Astro: a button to go back, the date behind an icon, tags, share links and a way to the top below."""

    authored = False
    foreign = (
        "Go back",
        "Back to Top",
        "Share this post",
        "Edit page",
        "Skip to content",
        "Previous Post",
        "Next Post",
    )

    def body(self) -> str:
        post = self.post
        tags = "".join(
            f'<li class="group inline-block group-hover:cursor-pointer my-1"><a href="/tags/{t}/" class="relative pe-2 text-lg underline"> # &nbsp;<span>{t}</span></a></li>'
            for t in post.tags
        )
        return (
            '<a id="skip-to-content" href="#main-content" class="absolute -top-full">Skip to content</a><header><div class="app-layout"><a href="/" class="whitespace-nowrap">Harbour Notes</a><nav id="nav-menu"><button id="menu-btn"></button><ul id="menu-items"><li><a href="/about">About this site</a></li></ul></nav></div></header>'
            '<div class="app-layout flex items-center justify-start"><a id="back-button" href="/" class="group inline-flex hover:text-foreground/75"><svg></svg><span>Go back</span></a></div>'
            f'<main id="main-content" class="app-layout pb-12" data-pagefind-body><h1 class="inline-block text-2xl font-bold text-accent">{post.title}</h1><div class="my-2 flex items-center gap-2"><div class="flex items-center gap-x-2 opacity-80"><svg></svg><span class="sr-only">Published:</span><time class="text-sm italic" datetime="{post.published}T10:00:00.000Z">{self.day("%-d %b, %Y")}</time></div><span aria-hidden="true" class="hidden">|</span><a href="https://github.com/x/y/edit/main/z.md" rel="noopener noreferrer" target="_blank" class="flex gap-1.5 opacity-80"><svg></svg><span>Edit page</span></a></div>'
            f'<article id="article" class="mx-auto prose mt-8 max-w-app dark:prose-invert">{self.content()}</article><hr class="my-8 border-dashed"><ul class="mt-4 mb-8 sm:my-8">{tags}</ul><div class="flex flex-col items-center"><span class="italic">Share this post on:</span><div class="text-center"><a href="https://wa.me/?text=x" class="scale-90" title="Share this post via WhatsApp"><span class="sr-only">Share this post via WhatsApp</span></a></div></div>'
            f'<button id="back-to-top" class="focus-outline"><span>Back to Top</span></button><hr class="my-6 border-dashed"><div data-pagefind-ignore class="grid grid-cols-1 gap-6"><a href="/p" class="flex w-full gap-1"><svg></svg><div><span>Previous Post</span><div class="text-sm text-accent/85">{RELATED[0]}</div></div></a><a href="/n" class="flex w-full justify-end"><div><span>Next Post</span><div class="text-sm">{RELATED[1]}</div></div></a></div></main><footer><div>Copyright © 2025 | All rights reserved.</div></footer>'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} id="s{self.headings}">{text}<a class="heading-link" aria-label="Link to section" href="#s{self.headings}"><span>#</span></a></h{level}>'

    def code(self, language: str, text: str) -> str:
        lines = "\n".join(
            f'<span class="line"><span style="color:#E1E4E8">{line}</span></span>'
            for line in escape(text).split("\n")
        )
        return f'<div style="position: relative; --file-name-offset: 0rem;"><pre class="astro-code astro-code-themes min-light night-owl" style="overflow-x:auto" tabindex="0" data-language="{language}"><code>{lines}</code></pre><button class="copy-code absolute end-3 top-3">Copy</button></div>'

    def image(self, name: str, alt: str) -> str:
        return f'<p><img src="/_astro/{name}?x.webp" alt="{alt}" loading="lazy" decoding="async" fetchpriority="auto" width="1200" height="800" srcset="/_astro/{name} 640w" sizes="(min-width: 1200px) 1200px, 100vw" data-astro-image="constrained"></p>'


@platform
class Nextra(Plain):
    """Next.js with Nextra: the date in the head of the theme, images by its optimiser, code in a frame."""

    foreign = ("Back to home", "Toggle code wrap", "RSS")

    def body(self) -> str:
        post = self.post
        tags = "".join(
            f'<a class="x:select-none x:rounded-md x:bg-black/10" href="/tags/{t}">{t}</a>'
            for t in post.tags
        )
        return (
            f'<div id="__next"><article class="x:container x:px-4 x:prose x:max-md:prose-sm x:dark:prose-invert" dir="ltr" data-pagefind-body="true"><header class="x:mb-8 x:flex x:gap-3 x:items-center" data-pagefind-ignore="all"><nav class="x:flex x:grow x:gap-3"><a class="x:no-underline" href="/">Home</a><a href="/posts">Archive</a></nav><button title="Toggle Dark Mode">Light</button></header>'
            f'<h1>{post.title}</h1><div class="x:text-gray-500 x:not-prose"><span>{post.author}, <time datetime="{post.published}T00:00:00.000Z">{self.day("%a %b %d %Y")}</time></span><span class="x:mx-2">•</span>{tags}<div class="x:float-end"><a href="/">Back to home</a></div></div>'
            f'{self.content()}<footer class="x:mt-20 x:text-sm"><small class="x:mt-32 x:block"><abbr title="This site and all its content">CC BY-NC 4.0</abbr> 2025 © Harbour Notes. All rights reserved <a href="/feed.xml">RSS</a></small></footer></article></div>'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} class="x:not-prose x:tracking-tight" id="s{self.headings}">{text}<a href="#s{self.headings}" class="x:focus-visible:nextra-focus subheading-anchor" aria-label="Permalink for this section"></a></h{level}>'

    def code(self, language: str, text: str) -> str:
        lines = "\n".join(
            f'<span><span style="--shiki-dark:#79B8FF;--shiki-light:#005CC5">{line or " "}</span></span>'
            if line
            else "<span> </span>"
            for line in escape(text).split("\n")
        )
        return f'<div class="nextra-code x:relative x:not-first:mt-6"><div class="x:px-4 x:text-xs x:text-gray-700 x:bg-gray-100 x:flex"><span class="x:truncate">boats.txt</span></div><pre class="x:group x:overflow-x-auto x:subpixel-antialiased" tabindex="0"><code class="nextra-code" dir="ltr" data-language="{language}">{lines}</code><div class="x:group-hover:opacity-100 x:opacity-0"><button title="Toggle code wrap">Toggle code wrap</button></div></pre></div>'

    def image(self, name: str, alt: str) -> str:
        return f'<img alt="{alt}" loading="lazy" width="1200" height="800" decoding="async" data-nimg="1" class="x:rounded" style="color:transparent" srcSet="/_next/image?url=%2F_next%2Fstatic%2Fmedia%2F{name}&amp;w=1200&amp;q=75 1x, /_next/image?url=%2F_next%2Fstatic%2Fmedia%2F{name}&amp;w=3840&amp;q=75 2x" src="/_next/image?url=%2F_next%2Fstatic%2Fmedia%2F{name}&amp;w=3840&amp;q=75"/>'

    def block(self, block: Block) -> str:
        inner = super().block(block)
        if block[0] == "ul":
            return inner.replace("<li>", '<li class="x:my-[.5em]">')
        return inner


@platform
class Tabi(Plain):
    """Zola: the head's list of data, contents beside the text, a box with the history, code in lines."""

    foreign = (
        "Table of Contents",
        "See changes",
        "All tags",
        "Powered by",
        "Reading time",
    )

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
            '<header><nav class="navbar"><div class="nav-title"><a class="home-title" href="/">Harbour Notes</a></div><div class="nav-navs"><ul><li><a class="nav-links no-hover-padding" href="/about/">About this site</a></li><li class="menu-icons-container"><ul class="menu-icons-group"><li class="js menu-icon"><div role="button" tabindex="0" class="search-icon" title="Search"></div></li></ul></li></ul></div></nav></header>'
            f'<div class="content"><main><article class="h-entry"><h1 class="p-name article-title">{post.title}</h1><a class="u-url u-uid" href="/x"></a><ul class="meta"><span class="hidden p-author h-card"><a href="/" rel="author" class="u-url">{post.author}</a></span><li>By {post.author}</li><li><span class="separator" aria-hidden="true">•</span><time class="dt-published" datetime="{post.published}">{self.day("%-dth %b %Y")}</time></li><li title="512 words"><span class="separator">•</span>3 min read</li><li class="tags">Tags:&nbsp;{tags}</li></ul>'
            f'<div class="toc-container"><h3 id="toc">Table of Contents</h3><ul>{toc}</ul></div><section class="e-content body">{self.content()}</section>'
            f'<div class="full-width external-link"><a href="https://github.com/x/commits/main/z.md">See changes</a></div><nav class="full-width article-navigation"><div><a href="/p" aria-label="Previous" aria-describedby="left_title"><span class="arrow">←</span>&nbsp;Prev</a><p aria-hidden="true" id="left_title">{RELATED[0]}</p></div><div><a href="/n">Next&nbsp;<span class="arrow">→</span></a><p aria-hidden="true">{RELATED[1]}</p></div></nav></article></main></div>'
            '<footer><section><nav class="socials nav-navs"></nav><div class="credits"><small>Powered by <a href="https://www.getzola.org">Zola</a> &amp; tabi. All rights reserved</small></div></section></footer>'
        )

    def code(self, language: str, text: str) -> str:
        rows = "".join(
            f"<tr><td>{n}</td><td><span>{line}\n</span></td></tr>"
            for n, line in enumerate(escape(text).split("\n"), 1)
        )
        return f'<pre data-lang="{language}" data-linenos style="background-color:#1f1f1f" class="language-{language} z-code"><code class="language-{language}" data-lang="{language}"><table><tbody>{rows}</tbody></table></code></pre>'

    def reference(self, number: str) -> str:
        return f'<sup class="footnote-reference" id="fr-1-{number}"><a href="#fn-1">{number}</a></sup>'

    def footnotes(self, notes: list[str]) -> str:
        items = "".join(
            f'<li id="fn-{n}"><p>{note} <a href="#fr-{n}-1">↩</a></p></li>'
            for n, note in enumerate(notes, start=1)
        )
        return f'<footer class="footnotes"><ol class="footnotes-list">{items}</ol></footer>'

    def callout(self, title: str, text: str) -> str:
        return f'<div class="admonition note"><div class="admonition-icon admonition-icon-note"></div><div class="admonition-content"><strong class="admonition-title">{title}</strong><p>{text}</p></div></div>'
