"""Themes of site builders, hosts and community software."""

from html import escape

from tests.pipeline.extraction.themes.platforms import RELATED, Plain, platform
from tests.pipeline.extraction.themes.posts import Block


@platform
class Squarespace(Plain):
    """Every block in boxes of its own in a grid, images that wait, the author below, a pager with pictures."""

    foreign = ("Featured", "Sign Up", "View fullsize", "Email Address", "Powered by")

    def body(self) -> str:
        post = self.post
        tags = "".join(
            f'<a href="/blog/tag/{t}" class="blog-item-tag" rel="tag">{t}</a>'
            for t in post.tags
        )
        return (
            '<div id="siteWrapper" class="clearfix site-wrapper"><header id="header" class="header theme-col--primary" data-section-theme=""><div class="header-title-text"><a id="site-title" href="/">Harbour Notes</a></div><div class="header-nav"><div class="header-nav-wrapper"><nav class="header-nav-list"><div class="header-nav-item"><a href="/about">About this site</a></div></nav></div></div></header>'
            '<main id="page" class="container" role="main"><article class="sections" id="sections" data-page-sections="6"><section data-test="page-section" class="page-section content-collection full-bleed-section collection-type-blog-side-by-side" data-section-id="6"><div class="section-border"><div class="section-background"></div></div><div class="content-wrapper"><div class="content">'
            f'<div class="blog-item-wrapper"><article id="article-6" class="h-entry entry blog-item has-categories hide-author-profile" data-item-id="6"><div class="blog-item-inner-wrapper"><div class="blog-item-top-wrapper"><div class="blog-item-title"><h1 class="entry-title entry-title--large p-name" itemprop="headline">{post.title}</h1></div>'
            f'<div class="blog-item-meta-wrapper"><div class="blog-item-meta-primary"><time datetime="{self.day("%b %-d")}" pubdate class="dt-published blog-meta-item blog-meta-item--date" data-content-field="published-on"><span>{self.day("%-d %b")}</span></time></div><div class="blog-item-meta-secondary"><div class="blog-item-author-date-wrapper"><div class="blog-meta-item blog-meta-item--author">Written By <span class="blog-author-name">{post.author}</span></div></div></div></div></div>'
            f'<div class="blog-item-content-wrapper"><div class="blog-item-content e-content"><div class="sqs-layout sqs-grid-12 columns-12" data-layout-label="Post Body" data-type="item"><div class="row sqs-row"><div class="col sqs-col-12 span-12">{self.content()}</div></div></div></div></div>'
            f'<div class="blog-item-cats-tags"><div class="blog-item-cat-wrapper"><span class="blog-item-category-wrapper"><a href="/blog/category/Notes" class="blog-item-category">Notes</a></span></div><div class="blog-item-tag-wrapper">{tags}</div></div>'
            f'<div class="blog-item-author-profile-wrapper"><div class="author-avatar"></div><a class="author-name author-name--vertical-padding" href="/blog?author=6">{post.author}</a></div></div></article></div>'
            f'<section id="itemPagination" class="item-pagination item-pagination--prev-next" data-collection-type="blog"><a href="/p" class="item-pagination-link item-pagination-link--prev"><div class="item-pagination-icon"></div><div class="pagination-title-wrapper"><div class="visually-hidden">Previous</div><div class="item-pagination-prev-next"><h2 class="item-pagination-title">{RELATED[0]}</h2></div></div></a><a href="/n" class="item-pagination-link item-pagination-link--next"><div class="pagination-title-wrapper"><div class="visually-hidden">Next</div><h2 class="item-pagination-title">{RELATED[1]}</h2></div></a></section></div></div></section></article></main>'
            '<footer class="sections" id="footer-sections"><section class="page-section"><div class="sqs-block newsletter-block sqs-block-newsletter"><div class="newsletter-block-wrapper"><header class="newsletter-form-header"><h2 class="newsletter-form-header-title">Subscribe</h2><div class="newsletter-form-header-description"><p>Get new posts by mail</p></div></header><form class="newsletter-form"><input type="email" placeholder="Email Address"><button>Sign Up</button></form></div></div><p>All rights reserved. Powered by Squarespace</p></section></footer></div>'
        )

    @property
    def head_data(self) -> str:
        return f'<script type="application/ld+json">{{"@context":"http://schema.org","@type":"Article","headline":"{self.post.title}","datePublished":"{self.post.published}T09:00:00+0000","author":"{self.post.author}","publisher":{{"name":"Harbour Notes"}}}}</script>'

    def page(self) -> str:
        return super().page().replace("</head>", f"{self.head_data}</head>")

    def block(self, block: Block) -> str:
        inner = super().block(block)
        kind = {"image": "image", "figure": "image", "code": "code", "quote": "quote"}
        name = kind.get(block[0], "html")
        return f'<div class="sqs-block {name}-block sqs-block-{name}" data-block-type="2" id="block-6"><div class="sqs-block-content"><div class="sqs-html-content">{inner}</div></div></div>'

    def image(self, name: str, alt: str) -> str:
        return f'<div class="image-block-outer-wrapper layout-caption-hidden design-layout-inline"><figure class="sqs-block-image-figure intrinsic" style="max-width:1000px;"><div class="image-block-wrapper" data-animation-role="image"><div class="sqs-image-shape-container-element has-aspect-ratio" style="position: relative; padding-bottom:66%; overflow: hidden;"><noscript><img src="{self.src(name)}" alt="{alt}" /></noscript><img class="thumb-image" data-src="{self.src(name)}" data-image="{self.src(name)}" data-image-dimensions="1000x667" data-image-focal-point="0.5,0.5" data-load="false" elementtiming="system-image-block" alt="{alt}"/></div></div></figure></div>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return self.image(name, alt).replace(
            "</figure>",
            f'<figcaption class="image-caption-wrapper"><div class="image-caption"><p>{caption}</p></div></figcaption></figure>',
        )

    def quote(self, text: str) -> str:
        return f'<figure class="block-animation-none"><blockquote data-animation-role="quote"><span>“</span>{text}<span>”</span></blockquote><figcaption class="source">— The office</figcaption></figure>'

    def embed(self, url: str, title: str) -> str:
        return f'<div class="embed-block-wrapper"><div class="sqs-video-wrapper" data-html="&lt;iframe src=&quot;{url}&quot; title=&quot;{title}&quot;&gt;&lt;/iframe&gt;" data-provider-name="Video"></div></div>'


@platform
class Webflow(Plain):
    """Webflow: rich text with figures in divisions, code in embeds, a grid of other posts below."""

    tagged = False
    foreign = (
        "Read more",
        "Thank you! Your submission",
        "Oops! Something",
        "Get in touch",
    )

    def body(self) -> str:
        post = self.post
        cards = "".join(
            f'<div role="listitem" class="blog-card w-dyn-item"><a href="/blog/{n}" class="blog-link-block w-inline-block"><img src="/c{n}.jpg" alt="" class="blog-thumb"><div class="blog-card-content"><div class="category-label">Notes</div><h3 class="blog-card-title">{title}</h3><div class="read-more-text">Read more</div></div></a></div>'
            for n, title in enumerate(RELATED)
        )
        return (
            '<div data-animation="default" data-collapse="medium" role="banner" class="navbar w-nav"><div class="container w-container"><a href="/" class="brand w-nav-brand">Harbour Notes</a><nav role="navigation" class="nav-menu w-nav-menu"><a href="/" class="nav-link w-nav-link">Home</a><a href="/about" class="nav-link w-nav-link">About this site</a></nav><div class="menu-button w-nav-button"><div class="w-icon-nav-menu"></div></div></div></div>'
            f'<section class="section_blog-post-header"><div class="padding-global"><div class="blog-post-header_content"><div class="text-size-small">Notes</div><h1 class="heading-style-h1">{post.title}</h1><div class="blog-post-header_author"><div class="author-name">{post.author}</div><div class="blog-post-header_date"><div>{self.day("%B %-d, %Y")}</div><div>•</div><div>5 min read</div></div></div></div><div class="main-image-wrapper"><img src="/cover.jpg" loading="lazy" alt="" class="main-image"></div></div></section>'
            f'<section class="section_blog-post-content"><div class="w-layout-grid blog-post-grid"><div class="blog-post_rich-text w-richtext">{self.content()}</div></div></section>'
            f'<section class="section_related"><div class="padding-global"><h2 class="heading-style-h3">More from the wall</h2><div class="w-dyn-list"><div role="list" class="blog-grid w-dyn-items">{cards}</div></div></div></section>'
            '<section class="cta-section"><h2>Get in touch</h2><div class="form-block w-form"><form id="email-form"><input type="email" placeholder="you@example.com"><input type="submit" value="Get new posts by mail"></form><div class="success-message w-form-done"><div>Thank you! Your submission has been received!</div></div><div class="error-message w-form-fail"><div>Oops! Something went wrong while submitting the form.</div></div></div></section>'
            '<div class="footer"><div class="w-container">All rights reserved</div></div>'
        )

    def p(self, text: str) -> str:
        return f"<p>{self.inline(text)}</p><p>\u200d</p>"

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<figure class="w-richtext-align-fullwidth w-richtext-figure-type-image" style="max-width:1600pxpx" data-rt-type="image" data-rt-align="fullwidth"><div><img src="{self.src(name)}" loading="lazy" alt="{alt}"></div><figcaption>{caption}</figcaption></figure>'

    def image(self, name: str, alt: str) -> str:
        return f'<figure class="w-richtext-align-center w-richtext-figure-type-image"><div><img src="{self.src(name)}" loading="lazy" width="auto" height="auto" alt="{alt}"></div></figure>'

    def code(self, language: str, text: str) -> str:
        return f'<div class="w-embed"><pre contenteditable="false"><code class="language-{language}">{escape(text)}</code></pre></div>'

    def embed(self, url: str, title: str) -> str:
        return f'<figure style="padding-bottom:56.206088992974244%" class="w-richtext-align-fullwidth w-richtext-figure-type-video"><div><iframe allowfullscreen="true" frameborder="0" scrolling="no" src="{url}" title="{title}"></iframe></div></figure>'

    def ul(self, items: list[str]) -> str:
        return f'<ul role="list">{"".join(f"<li>{escape(item)}</li>" for item in items)}</ul>'


@platform
class Hashnode(Plain):
    """A host for developers with atomic class names: bars that float, a box in the middle, copy buttons."""

    tagged = False
    foreign = (
        "Subscribe to our newsletter",
        "Read articles from",
        "Did you find this article valuable",
        "More from this blog",
        "No comments yet",
        "Command Palette",
        "Published on",
    )

    def body(self) -> str:
        post = self.post
        half = len(post.blocks) // 2
        first = "".join(self.block(each) for each in post.blocks[:half])
        second = "".join(self.block(each) for each in post.blocks[half:])
        tags = "".join(
            f'<a class="flex flex-row items-center rounded-lg border p-2" href="https://hashnode.com/n/{t}?source=tags_feed_blogs"><span>#{t}</span></a>'
            for t in post.tags
        )
        cards = "".join(
            f'<section class="flex flex-col gap-5"><div class="w-full"><a aria-label="{title}" href="/c{n}"><div class="relative w-full"><img alt="" src="/_next/image?url=%2Fc{n}.jpg&amp;w=3840&amp;q=75"></div></a></div><div class="flex w-full flex-col gap-3"><div><h1 class="text-lg"><a href="/c{n}">{title}</a></h1><a href="/c{n}"><p>For years I have done it by hand.</p></a></div><div class="flex"><a href="/u">{post.author}</a><span class="blog-article-card-article-date">Jan 4, 2024</span></div></div></section>'
            for n, title in enumerate(RELATED)
        )
        return (
            '<div id="__next"><header class="blog-header relative z-50"><div class="blog-header-logo"><h1 class="blog-title"><a aria-label="home" class="blog-logo focus-ring-base" href="/?source=top_nav_blog_home">Harbour Notes</a></h1></div><nav><ul class="nav-list"><li><a href="/">Home</a></li><li><a href="/archive">Archive</a></li></ul></nav><button>Command Palette</button></header>'
            '<main class="blog-post-detail-main-wrapper"><article class="blog-post-detail-card pb-3"><div class="blog-post-detail-wrapper"><section class="blog-cover-wrapper"><div class="blog-cover-image"><img alt="Cover" src="/_next/image?url=https%3A%2F%2Fcdn.example%2Fcover.png&amp;w=3840&amp;q=75"></div></section>'
            f'<div class="blog-content-wrapper article-main-wrapper container mx-auto"><section class="blog-title-wrapper"><div class="blog-title"><h1 itemprop="headline name" class="leading-snap">{post.title}</h1></div></section>'
            f'<div class="blog-author-container"><div class="blog-author-wrapper"><div class="flex"><a href="https://hashnode.com/@ines">{post.author}</a></div><div class="blog-article-metadata flex"><span>·</span><a href="/x"><span>{self.day("%b %-d, %Y")}</span></a><span>·</span><p><span>5 min read</span></p></div></div></div>'
            f'<section class="blog-content-main z-20 mb-10 flex"><div class="relative z-30 w-full"><div id="post-content-parent" class="relative mb-10 pb-14"><div id="post-content-wrapper" class="prose prose-base mx-auto mb-10 min-h-30 break-words dark:prose-dark lg:prose-lg">{first}'
            f'<div data-node-type="callout" class="x"><div class="newsletter-widget"><h3>Subscribe to our newsletter</h3><p>Read articles from <strong>Harbour Notes</strong> directly inside your inbox. Subscribe to the newsletter, and don\'t miss out.</p><form><input type="email"><button>SUBSCRIBE</button></form></div></div>{second}</div></div>'
            f'<div class="mb-5 flex w-full flex-col gap-10"><div class="sponsor"><h3>Did you find this article valuable?</h3><p>Support <strong>{post.author}</strong> by becoming a sponsor. Any amount is appreciated!</p></div><div class="flex w-full flex-row flex-wrap justify-center md:mb-0"><a>{tags}</a></div></div></div></section></div>'
            '<div class="post-floating-bar fixed flex"><div class="relative mx-auto flex h-12"><button aria-label="Like">12</button><button aria-label="Share on Mastodon">Share on Mastodon</button></div></div></div></article>'
            f'<section class="blog-author-card"><div class="relative mx-5"><h3>Written by</h3><div class="flex"><a href="/u">{post.author}</a><p>Keeper of the harbour of a small town.</p></div></div></section>'
            f'<div class="blog-more-articles"><h3>More articles</h3><section class="blog-more-articles"><div class="container"><h3>More from this blog</h3>{cards}</div></section></div><div class="comments"><p>No comments yet</p></div></main>'
            '<footer class="blog-footer-area">All rights reserved</footer></div>'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level} id="heading-{self.headings}" class="permalink-heading"><a href="#heading-{self.headings}"><span class="permalink-widget" title="Permalink"></span></a>{text}</h{level}>'

    def code(self, language: str, text: str) -> str:
        return f'<pre><code class="lang-{language}">{escape(text)}\n</code><div class="hn-copy-wrapper"><button class="hn-copy-button">COPY</button></div></pre>'

    def image(self, name: str, alt: str) -> str:
        return f'<p><img src="https://cdn.hashnode.com/res{self.src(name)}?auto=compress,format&amp;format=webp" alt="{alt}" class="image--center mx-auto" /></p>'

    def embed(self, url: str, title: str) -> str:
        return f'<div class="embed-wrapper"><div class="embed-loading"><div class="loadingRow"></div></div><a class="embed-card" href="{url}">{url}</a></div>'

    def callout(self, title: str, text: str) -> str:
        return f'<div data-node-type="callout"><div data-node-type="callout-emoji">💡</div><div data-node-type="callout-text"><strong>{title}</strong> {text}</div></div>'


@platform
class Drupal(Plain):
    """Drupal: fields in fields, regions, blocks, a comment form, statistics links."""

    foreign = (
        "Skip to main content",
        "Breadcrumb",
        "Log in",
        "Main navigation",
        "Add new comment",
        "Recent content",
        "Powered by",
        "Submitted by",
    )

    def body(self) -> str:
        post = self.post
        tags = "".join(
            f'<div class="field__item"><a href="/tags/{t}" hreflang="en">{t}</a></div>'
            for t in post.tags
        )
        return (
            '<a href="#main-content" class="visually-hidden focusable skip-link">Skip to main content</a><div class="dialog-off-canvas-main-canvas" data-off-canvas-main-canvas><div id="page-wrapper"><div id="page">'
            '<header id="header" class="header" role="banner"><div class="section layout-container clearfix"><div class="region region-header"><div id="block-branding" class="clearfix site-branding block block-system"><div class="site-branding__text"><div class="site-branding__name"><a href="/" title="Home" rel="home">Harbour Notes</a></div></div></div><nav role="navigation" aria-labelledby="b-main-menu" class="block block-menu navigation menu--main"><h2 class="visually-hidden" id="b-main-menu">Main navigation</h2><div class="content"><div class="menu-toggle-target menu-toggle-target-show" id="show-b"></div><ul class="clearfix menu"><li class="menu-item"><a href="/">Home</a></li></ul></div></nav></div></div></header>'
            '<div id="main-wrapper" class="layout-main-wrapper layout-container clearfix"><div id="main" class="layout-main clearfix"><div class="region region-breadcrumb"><div id="block-breadcrumbs" class="block block-system block-system-breadcrumb-block"><div class="content"><nav class="breadcrumb" role="navigation" aria-labelledby="system-breadcrumb"><h2 id="system-breadcrumb" class="visually-hidden">Breadcrumb</h2><ol><li><a href="/">Home</a></li></ol></nav></div></div></div>'
            f'<main id="content" class="column main-content" role="main"><section class="section"><a id="main-content" tabindex="-1"></a><div class="region region-content"><div id="block-page-title" class="block block-core block-page-title-block"><div class="content"><h1 class="title page-title"><span class="field field--name-title field--type-string field--label-hidden">{post.title}</span></h1></div></div>'
            f'<div id="block-system-main" class="block block-system block-system-main-block"><div class="content"><article data-history-node-id="6" class="node node--type-article node--promoted node--view-mode-full clearfix"><header><footer class="node__meta"><div class="node__submitted">Submitted by <span class="field field--name-uid field--type-entity-reference field--label-hidden"><a title="View user profile." href="/user/1" class="username">{post.author}</a></span> on <span class="field field--name-created field--type-created field--label-hidden"><time datetime="{post.published}T09:12:00+01:00" title="x" class="datetime">{self.day("%a, %m/%d/%Y - 09:12")}</time></span></div></footer></header>'
            f'<div class="node__content clearfix"><div class="clearfix text-formatted field field--name-body field--type-text-with-summary field--label-hidden field__item">{self.content()}</div>'
            f'<div class="field field--name-field-tags field--type-entity-reference field--label-above clearfix"><h3 class="field__label">Tags</h3><ul class="links field__items"><li>{tags}</li></ul></div>'
            '<section class="field field--name-comment field--type-comment field--label-above comment-wrapper"><h2 class="title">Comments</h2><article class="comment js-comment by-anonymous clearfix"><footer class="comment__meta"><p class="comment__author"><span>Guest</span></p><p class="comment__time">Mon, 01/01/2026 - 10:00</p></footer><div class="comment__content"><h3><a href="/comment/1">Lovely</a></h3><div class="field field--name-comment-body"><p>Lovely post, thank you.</p></div></div></article><h2 class="title comment-form__title">Add new comment</h2><form class="comment-comment-form comment-form"><label>Your name</label><input type="text"><textarea></textarea><input type="submit" value="Save"></form></section></div></article></div></div></div></section></main>'
            f'<div id="sidebar-first" class="column sidebar"><aside class="section" role="complementary"><div class="region region-sidebar-first"><div class="views-element-container block"><h2>Recent content</h2><div class="content"><ul>{self.related()}</ul></div></div></div></aside></div></div></div>'
            '<footer class="site-footer"><div class="region region-footer-fifth"><span>Powered by <a href="https://www.drupal.org">Drupal</a>. All rights reserved</span></div></footer></div></div></div>'
        )

    def image(self, name: str, alt: str) -> str:
        return f'<article class="media media--type-image media--view-mode-default"><div class="field field--name-field-media-image field--type-image field--label-hidden field__item"><img loading="lazy" src="{self.src(name)}?itok=x" width="480" height="320" alt="{alt}" class="image-style-large" /></div></article>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<figure role="group" class="caption caption-img align-center"><img data-entity-uuid="x" data-entity-type="file" src="{self.src(name)}" alt="{alt}" width="600"><figcaption>{caption}</figcaption></figure>'

    def code(self, language: str, text: str) -> str:
        return f'<pre class="codeblock" data-language="{language}"><code class="language-{language}">{escape(text)}</code></pre>'


@platform
class Discourse(Plain):
    """A topic of a forum that serves as a blog, as robots see it."""

    foreign = (
        "1920×1280",
        "Powered by Discourse",
        "Related topics",
        "1 Like",
        "Topic",
        "Replies",
    )

    def body(self) -> str:
        post = self.post
        tags = "".join(
            f'<div class="discourse-tag" itemprop="keywords"><a href="https://blog.example/tag/{t}" class="discourse-tag" rel="tag">{t}</a></div>'
            for t in post.tags
        )
        rows = "".join(
            f'<tr class="topic-list-item" id="topic-list-item-{n}"><td class="main-link" itemprop="itemListElement" itemscope itemtype="http://schema.org/ListItem"><span class="link-top-line"><a itemprop="url" href="/t/x/{n}" class="title raw-link raw-topic-link">{title}</a></span></td><td class="replies"><span class="posts">3</span></td><td>May 2025</td></tr>'
            for n, title in enumerate(RELATED)
        )
        return (
            '<header><a href="/">Harbour Notes</a></header><div id="main-outlet" class="wrap" role="main">'
            f'<div id="topic-title"><h1><a href="/t/{post.slug}/6">{post.title}</a></h1><div class="topic-category" itemscope itemtype="http://schema.org/BreadcrumbList"><span itemprop="itemListElement" itemscope itemtype="http://schema.org/ListItem"><a href="/c/notes/5" class="badge-wrapper bullet" itemprop="item"><span class="category-title"><span itemprop="name">Notes</span></span></a></span></div><div class="topic-category"><div class="discourse-tags list-tags">{tags}</div></div></div>'
            f'<div itemscope itemtype="http://schema.org/DiscussionForumPosting"><meta itemprop="headline" content="{post.title}"><link itemprop="url" href="https://blog.example/t/{post.slug}/6"><meta itemprop="datePublished" content="{post.published}T08:00:00Z"><meta itemprop="articleSection" content="Notes">'
            f'<div id="post_1" class="topic-body crawler-post"><div class="crawler-post-meta"><span class="creator" itemprop="author" itemscope itemtype="http://schema.org/Person"><a itemprop="url" rel="nofollow" href="/u/ines"><span itemprop="name">{post.author}</span></a></span><link itemprop="mainEntityOfPage" href="/t/{post.slug}/6"><span class="crawler-post-infos"><time datetime="{post.published}T08:00:00Z" class="post-time">{self.day("%B %-d, %Y, 8:00am")}</time><meta itemprop="dateModified" content="{post.published}T08:00:00Z"><span itemprop="position">1</span></span></div>'
            f'<div class="post" itemprop="text">{self.content()}</div><div itemprop="interactionStatistic" itemscope itemtype="http://schema.org/InteractionCounter"><meta itemprop="interactionType" content="http://schema.org/LikeAction"/><meta itemprop="userInteractionCount" content="1" /><span class="post-likes">1 Like</span></div></div></div>'
            f'<div id="related-topics" class="more-topics__list" role="complementary" aria-labelledby="related-topics-title"><h3 id="related-topics-title" class="more-topics__list-title">Related topics</h3><div class="topic-list-container" itemscope itemtype="http://schema.org/ItemList"><table class="topic-list"><thead><tr><th>Topic</th><th></th><th class="replies">Replies</th><th>Activity</th></tr></thead><tbody>{rows}</tbody></table></div></div></div>'
            '<footer class="container wrap"><nav class="crawler-nav"><ul><li><a href="/">Home</a></li></ul></nav><p class="powered-by-link">Powered by Discourse, best viewed with JavaScript enabled</p><p>All rights reserved</p></footer>'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level}><a name="p-1-s{self.headings}" class="anchor" href="#p-1-s{self.headings}" aria-label="Heading link"></a>{text}</h{level}>'

    def code(self, language: str, text: str) -> str:
        return f'<pre data-code-wrap="{language}"><code class="lang-{language}">{escape(text)}\n</code></pre>'

    def image(self, name: str, alt: str) -> str:
        return f'<p><div class="lightbox-wrapper"><a class="lightbox" href="{self.src(name)}" data-download-href="/d" title="{alt}"><img src="{self.src(name)}" alt="{alt}" data-base62-sha1="x" width="690" height="460" data-dominant-color="8A9BA8"><div class="meta"><svg class="fa d-icon d-icon-far-image svg-icon" aria-hidden="true"><use href="#far-image"></use></svg><span class="filename">{alt}</span><span class="informations">1920×1280 211 KB</span></div></a></div></p>'

    def table(self, caption: str, rows: list[list[str]]) -> str:
        title = f"<caption>{caption}</caption>" if caption else ""
        return f'<div class="md-table"><table>{title}{self.cells(rows)}</table></div>'

    def tasks(self, items: list[tuple[bool, str]]) -> str:
        lines = "".join(
            f'<li><span class="{"chcklst-box checked fa fa-square-check-o fa-fw" if done else "chcklst-box fa fa-square-o fa-fw"}"></span> {text}</li>'
            for done, text in items
        )
        return f"<ul>{lines}</ul>"

    def details(self, summary: str, text: str) -> str:
        return f"<details><summary>{summary}</summary>{text}</details>"


@platform
class Tumblr(Plain):
    """A host of short posts: figures with measures, chat lines, notes of other people in hundreds."""

    authored = False
    foreign = ("liked this", "reblogged this from", "Posted on", "notes")

    def body(self) -> str:
        post = self.post
        tags = "".join(
            f'<a class="tag-link" href="https://blog.example/tagged/{t}">#{t}</a> '
            for t in post.tags
        )
        notes = "".join(
            f'<li class="note {kind} without_commentary"><span class="action" data-post-url="/x"><a rel="nofollow" href="https://u{n}.example/">u{n}</a> {text}</span></li>'
            for n, (kind, text) in enumerate(
                [("like", "liked this"), ("reblog", "reblogged this from u4")] * 9
            )
        )
        return (
            '<header id="header"><h1 class="blog-title"><a href="/">Harbour Notes</a></h1><p class="description">About this site</p><ul class="nav"><li><a href="/archive">Archive</a></li></ul></header>'
            f'<section id="posts" class="content clearfix"><div class="container"><div class="main"><article class="text post" data-post-id="6"><div class="post-wrapper clearfix"><section class="post"><h2 class="title"><a href="/{post.slug}/">{post.title}</a></h2><div class="body-text">{self.content()}</div></section>'
            f'<section class="inline-meta post-extra"><div class="tags">{tags}</div></section></div><section class="panel post-meta"><div class="date"><a href="/{post.slug}/">Posted on {self.day("%B %-d, %Y")}</a></div><div class="notecount"><a href="/post/6#notes">1,204 notes</a></div><div class="share"><a href="https://m.example/share">Share on Mastodon</a></div></section></article>'
            f'<section class="related-posts-wrapper"><h2>More you might like</h2><ul>{self.related()}</ul></section><section id="notes"><ol class="notes">{notes}</ol></section></div></div></section><footer>All rights reserved</footer>'
        )

    def image(self, name: str, alt: str) -> str:
        return f'<div class="npf_row"><figure class="tmblr-full" data-orig-height="800" data-orig-width="1200"><img src="{self.src(name)}" alt="{alt}" data-orig-height="800" data-orig-width="1200" srcset="{self.src(name)}?s75x75 75w, {self.src(name)}?s640x960 640w" sizes="(max-width: 1200px) 100vw, 1200px"/></figure></div>'

    def quote(self, text: str) -> str:
        return f'<blockquote class="npf_indented"><p class="npf_quote">{text}</p></blockquote>'

    def embed(self, url: str, title: str) -> str:
        return f'<figure class="tmblr-embed tmblr-full" data-provider="video" data-orig-width="356"><iframe width="356" height="200" src="{url}" title="{title}" frameborder="0"></iframe></figure>'
