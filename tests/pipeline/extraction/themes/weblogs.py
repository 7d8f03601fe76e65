"""More themes of WordPress and its likes: classic ones, page builders, highlighters by plugin."""

from html import escape

from tests.pipeline.extraction.themes.platforms import RELATED, Plain, platform
from tests.pipeline.extraction.themes.posts import Block


@platform
class Classic(Plain):
    """An old theme with the classic editor: captions by shortcode, code by SyntaxHighlighter, galleries as lists."""

    foreign = (
        "Skip to content",
        "Bookmark the",
        "This entry was posted",
        "Leave a Reply",
        "Post navigation",
        "Meta",
        "Proudly powered",
        "Your email address",
    )

    def body(self) -> str:
        post = self.post
        tags = ", ".join(f'<a href="/tag/{t}/" rel="tag">{t}</a>' for t in post.tags)
        return (
            '<div id="page" class="hfeed site"><header id="masthead" class="site-header" role="banner"><hgroup><h1 class="site-title"><a href="/" rel="home">Harbour Notes</a></h1><h2 class="site-description">About this site</h2></hgroup><nav id="site-navigation" class="main-navigation" role="navigation"><button class="menu-toggle">Menu</button><a class="assistive-text" href="#content" title="Skip to content">Skip to content</a><div class="nav-menu"><ul><li><a href="/">Home</a></li></ul></div></nav></header>'
            f'<div id="main" class="wrapper"><div id="primary" class="site-content"><div id="content" role="main"><article id="post-6" class="post-6 post type-post status-publish format-standard hentry category-notes"><header class="entry-header"><h1 class="entry-title">{post.title}</h1><div class="comments-link"><a href="#respond"><span class="leave-reply">Leave a reply</span></a></div></header><div class="entry-content">{self.content()}</div>'
            f'<footer class="entry-meta">This entry was posted in <a href="/category/notes/" rel="category tag">Notes</a> and tagged {tags} on <a href="/x" title="9:00 am" rel="bookmark"><time class="entry-date" datetime="{post.published}T09:00:00+00:00">{self.day("%B %-d, %Y")}</time></a><span class="by-author"> by <span class="author vcard"><a class="url fn n" href="/author/x/" rel="author">{post.author}</a></span></span>. Bookmark the <a href="/x" rel="bookmark">permalink</a>.</footer></article>'
            f'<nav class="nav-single"><h3 class="assistive-text">Post navigation</h3><span class="nav-previous"><a href="/p" rel="prev"><span class="meta-nav">&larr;</span> {RELATED[0]}</a></span></nav><div id="comments" class="comments-area"><h2 class="comments-title">One thought on &ldquo;<span>{post.title}</span>&rdquo;</h2><ol class="commentlist"><li class="comment even thread-even depth-1"><article class="comment"><header class="comment-meta comment-author vcard"><cite><b class="fn">Guest</b></cite> <a href="#c"><time datetime="2026-01-01T00:00:00+00:00">January 1, 2026 at 1:00 am</time></a></header><section class="comment-content comment"><p>Lovely post, thank you.</p></section></article></li></ol><div id="respond" class="comment-respond"><h3 id="reply-title" class="comment-reply-title">Leave a Reply</h3><form class="comment-form"><p class="comment-notes">Your email address will not be published.</p><textarea></textarea></form></div></div></div></div>'
            f'<div id="secondary" class="widget-area" role="complementary"><aside class="widget widget_recent_entries"><h3 class="widget-title">Recent Posts</h3><ul>{self.related()}</ul></aside><aside class="widget widget_meta"><h3 class="widget-title">Meta</h3><ul><li><a href="/wp-login.php">Log in</a></li></ul></aside></div></div><footer id="colophon" role="contentinfo"><div class="site-info">All rights reserved <a href="https://wordpress.org/">Proudly powered by WordPress</a></div></footer></div>'
        )

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<div id="attachment_7" style="width: 610px" class="wp-caption aligncenter"><a href="{self.src(name)}"><img aria-describedby="caption-attachment-7" src="{self.src(name)}" alt="{alt}" class="size-large wp-image-7" /></a><p id="caption-attachment-7" class="wp-caption-text">{caption}</p></div>'

    def code(self, language: str, text: str) -> str:
        lines = escape(text).split("\n")
        numbers = "".join(
            f'<div class="line number{n} index{n - 1} alt{n % 2}">{n}</div>'
            for n in range(1, len(lines) + 1)
        )
        rows = "".join(
            f'<div class="line number{n} index{n - 1} alt{n % 2}">{_spaces(line)}</div>'
            for n, line in enumerate(lines, 1)
        )
        return f'<div><div id="highlighter_6" class="syntaxhighlighter  {language}"><div class="toolbar"><span><a href="#" class="toolbar_item command_help help">?</a></span></div><table border="0" cellpadding="0" cellspacing="0"><tbody><tr><td class="gutter">{numbers}</td><td class="code"><div class="container">{rows}</div></td></tr></tbody></table></div></div>'

    def reference(self, number: str) -> str:
        return f'<sup class="modern-footnotes-footnote " data-mfn="{number}" data-mfn-post-scope="6"><a href="javascript:void(0)" title="note" role="button" aria-pressed="false" aria-describedby="mfn-content-{number}">{number}</a></sup><span id="mfn-content-{number}" role="tooltip" class="modern-footnotes-footnote__note" tabindex="0" data-mfn="{number}">My theory is that the book is at the bottom of the harbour.</span>'

    def footnotes(self, notes: list[str]) -> str:
        return ""


def _spaces(line: str) -> str:
    """A line as SyntaxHighlighter writes it: leading spaces in an element of their own."""
    text = line.lstrip(" ")
    width = len(line) - len(text)
    if not text:
        return "&nbsp;"
    indent = f'<code class="python spaces">{"&nbsp;" * width}</code>' if width else ""
    return f'{indent}<code class="python plain">{text}</code>'


@platform
class Builder(Plain):
    """A page builder: sections, rows and modules around each block, share counts, a box of related posts with dates."""

    foreign = (
        "Submit a Comment",
        "You May Also Like",
        "0 Comments",
        "Facebook",
        "Table of Contents",
        "Trackbacks",
        "read more",
    )

    def body(self) -> str:
        post = self.post
        tags = ", ".join(f'<a href="/tag/{t}/" rel="tag">{t}</a>' for t in post.tags)
        toc = "".join(
            f'<li class="ez-toc-page-1 ez-toc-heading-level-2"><a class="ez-toc-link ez-toc-heading-{n}" href="#s{n}">{held}</a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        contents = f'<div id="ez-toc-container" class="ez-toc-v2_0 counter-hierarchy"><div class="ez-toc-title-container"><p class="ez-toc-title">Table of Contents</p></div><nav><ul class="ez-toc-list ez-toc-list-level-1">{toc}</ul></nav></div>'
        cards = "".join(
            f'<div class="et_pb_column et_pb_column_1_3"><div class="et_pb_blog_grid_wrapper"><article class="et_pb_post clearfix post"><a href="/r{n}" class="entry-featured-image-url"><img src="/r{n}.jpg" alt="{title}"></a><h2 class="entry-title"><a href="/r{n}">{title}</a></h2><p class="post-meta"><span class="published">Mar 3, 2023</span></p><div class="post-content"><p>For years I did it by hand, and then...</p><a href="/r{n}" class="more-link">read more</a></div></article></div></div>'
            for n, title in enumerate(RELATED)
        )
        return (
            '<div id="page-container"><header id="main-header" data-height-onload="66"><div class="container clearfix et_menu_container"><div class="logo_container"><a href="/"><img src="/logo.png" alt="Harbour Notes" id="logo"></a></div><div id="et-top-navigation"><nav id="top-menu-nav"><ul id="top-menu" class="nav"><li class="menu-item"><a href="/">Home</a></li></ul></nav></div></div></header>'
            f'<div id="et-main-area"><div id="main-content"><article id="post-6" class="post-6 post type-post hentry"><div class="et_post_meta_wrapper"><h1 class="entry-title">{post.title}</h1><p class="post-meta"> by <span class="author vcard"><a href="/author/x/" title="Posts by {post.author}" rel="author">{post.author}</a></span> | <span class="published">{self.day("%b %-d, %Y")}</span> | <a href="/category/notes/" rel="category tag">Notes</a> | <span class="comments-number"><a href="#respond">0 comments</a></span></p><img src="/cover.jpg" alt="" class="" width="1080"></div>'
            f'<div class="entry-content"><div class="et-l et-l--post"><div class="et_builder_inner_content et_pb_gutters3"><div class="et_pb_section et_pb_section_0 et_section_regular"><div class="et_pb_row et_pb_row_0"><div class="et_pb_column et_pb_column_4_4 et_pb_css_mix_blend_mode_passthrough et-last-child"><div class="et_pb_module et_pb_text et_pb_text_0"><div class="et_pb_text_inner">{contents if toc else ""}</div></div>{self.content()}</div></div></div>'
            f'<div class="et_pb_section"><div class="et_pb_row"><h3>You May Also Like</h3><div class="et_pb_posts">{cards}</div></div></div></div></div></div><div class="et_post_meta_wrapper"><section id="comment-wrap"><h1 id="comments" class="page_title">0 Comments</h1><div id="comment-section" class="nocomments"></div><div id="respond" class="comment-respond"><h3 class="comment-reply-title"><span>Submit a Comment</span></h3><form><textarea></textarea></form></div></section></div></article></div><footer id="main-footer"><div id="footer-bottom">All rights reserved</div></footer></div></div><div class="tags">{tags}</div>'
        )

    def block(self, block: Block) -> str:
        inner = super().block(block)
        name = "et_pb_image" if block[0] in ("image", "figure") else "et_pb_text"
        return f'<div class="et_pb_module {name} et_pb_text_align_left"><div class="{name}_inner">{inner}</div></div>'

    def image(self, name: str, alt: str) -> str:
        return f'<span class="et_pb_image_wrap"><img loading="lazy" decoding="async" src="data:image/svg+xml,%3Csvg%20xmlns=%27http://www.w3.org/2000/svg%27%20viewBox=%270%200%20800%20600%27%3E%3C/svg%3E" data-lazy-srcset="{self.src(name)} 800w, /s/{name} 480w" data-lazy-sizes="100vw" data-lazy-src="{self.src(name)}" alt="{alt}" title="x"/><noscript><img src="{self.src(name)}" alt="{alt}"></noscript></span>'

    def code(self, language: str, text: str) -> str:
        lines = "\n".join(
            f'<li class="enlighter-line"><span>{line}</span></li>'
            for line in escape(text).split("\n")
        )
        raw = escape(text)
        return (
            f'<div class="enlighter-default enlighter-v-standard enlighter-t-enlighter enlighter-hover enlighter-linenumbers enlighter-overflow-scroll"><div class="enlighter-toolbar-top enlighter-toolbar"><div class="enlighter-btn enlighter-btn-raw" title="Plain text"></div><div class="enlighter-btn enlighter-btn-copy" title="Copy to clipboard"></div></div></div><pre class="EnlighterJSRAW" data-enlighter-language="{language}" data-enlighter-theme="" data-enlighter-linenumbers="">{raw}</pre>'
            if lines
            else ""
        )

    def details(self, summary: str, text: str) -> str:
        return f'<div class="et_pb_module et_pb_toggle et_pb_toggle_0 et_pb_toggle_item et_pb_toggle_close"><h5 class="et_pb_toggle_title">{summary}</h5><div class="et_pb_toggle_content clearfix"><p>{text}</p></div></div>'

    def callout(self, title: str, text: str) -> str:
        return f'<div class="et_pb_blurb_content"><div class="et_pb_main_blurb_image"><span class="et-pb-icon">&#xe060;</span></div><div class="et_pb_blurb_container"><h4 class="et_pb_module_header"><span>{title}</span></h4><div class="et_pb_blurb_description"><p>{text}</p></div></div></div>'


@platform
class Light(Plain):
    """A light theme with plugins: code by Crayon, reading time, an author's box, share links, tables that respond."""

    foreign = (
        "Estimated reading time",
        "About the Author",
        "Previous Post",
        "Next Post",
        "Tweet",
        "minutes read",
        "Keeper of books",
        "Leave a Comment",
        "Search for",
    )

    def body(self) -> str:
        post = self.post
        tags = ", ".join(f'<a href="/tag/{t}/" rel="tag">{t}</a>' for t in post.tags)
        return (
            '<div class="hfeed site" id="page"><a class="skip-link screen-reader-text" href="#content" role="link" title="Skip to content">Skip to content</a><header class="site-header header-main-layout-1 ast-primary-menu-enabled" id="masthead" itemtype="https://schema.org/WPHeader" itemscope itemid="#masthead"><div id="ast-desktop-header"><div class="ast-main-header-wrap main-header-bar-wrap"><span class="site-title" itemprop="name"><a href="/" rel="home" itemprop="url">Harbour Notes</a></span><nav class="site-navigation"><ul id="ast-hf-menu-1" class="main-header-menu ast-menu-shadow ast-nav-menu"><li class="menu-item"><a href="/" class="menu-link">Home</a></li></ul></nav></div></div></header>'
            f'<div id="content" class="site-content"><div class="ast-container"><div id="primary" class="content-area primary"><main id="main" class="site-main"><article class="post-6 post type-post hentry ast-article-single" id="post-6" itemtype="https://schema.org/CreativeWork" itemscope><div class="ast-post-format- ast-no-thumb single-layout-1"><header class="entry-header ast-no-thumbnail"><div class="ast-single-post-order"><h1 class="entry-title" itemprop="headline">{post.title}</h1><div class="entry-meta"><span class="comments-link"><a href="#respond">Leave a Comment</a></span> / <span class="ast-taxonomy-container cat-links default"><a href="/category/notes/" rel="category tag">Notes</a></span> / By <span class="posts-author vcard author" itemprop="author" itemtype="https://schema.org/Person" itemscope><a title="View all posts by {post.author}" href="/author/x/" rel="author" class="url fn n" itemprop="url"><span class="author-name" itemprop="name">{post.author}</span></a></span> / <span class="posted-on"><span class="published" itemprop="datePublished"> {self.day("%B %-d, %Y")} </span></span></div></div></header>'
            f'<div class="entry-content clear" itemprop="text"><span class="span-reading-time rt-reading-time"><span class="rt-label rt-prefix">Estimated reading time: </span> <span class="rt-time"> 4</span> <span class="rt-label rt-postfix">minutes read</span></span>{self.content()}'
            f'<div class="heateor_sss_sharing_container heateor_sss_horizontal_sharing"><div class="heateor_sss_sharing_title" style="font-weight:bold">Share on Mastodon</div><div class="heateor_sss_sharing_ul"><a href="https://twitter.com/intent/tweet?x" class="heateor_sss_button_twitter" title="Tweet">Tweet</a></div></div>'
            f'<div class="saboxplugin-wrap" itemtype="http://schema.org/Person" itemscope itemprop="author"><div class="saboxplugin-tab"><div class="saboxplugin-gravatar"><img src="/me.jpg" alt="{post.author}" itemprop="image"></div><div class="saboxplugin-authorname"><a href="/author/x/" class="vcard author" rel="author"><span class="fn">{post.author}</span></a></div><div class="saboxplugin-desc"><div itemprop="description"><p>Keeper of books, counter of boats, with a weakness for fog and for tables of every kind.</p></div></div><div class="clearfix"></div></div></div></div></div><span class="tags-links">Tags: {tags}</span></article>'
            f'<nav class="navigation post-navigation" aria-label="Posts"><div class="nav-links"><div class="nav-previous"><a title="{RELATED[0]}" href="/p" rel="prev"><span class="ast-left-arrow" aria-hidden="true">←</span> Previous Post</a></div><div class="nav-next"><a href="/n" rel="next">Next Post <span class="ast-right-arrow">→</span></a></div></div></nav><div class="ast-single-related-posts-container ast-related-post-content"><div class="ast-related-posts-title-section"><h2 class="ast-related-posts-title"> Related Posts </h2></div><div class="ast-related-posts-wrapper">{"".join(f"<article class=ast-related-post><div class=ast-related-posts-inner-section><div class=ast-related-post-content><header class=entry-header><h3 class=ast-related-post-title><a href=/r{n} target=_self rel=bookmark>{t}</a></h3></header></div></div></article>" for n, t in enumerate(RELATED))}</div></div></main></div>'
            '<div class="widget-area secondary" id="secondary" itemtype="https://schema.org/WPSideBar"><div class="sidebar-main"><aside class="widget widget_block widget_search"><form role="search"><label class="wp-block-search__label">Search for</label><input type="search"></form></aside></div></div></div></div><footer class="site-footer" id="colophon"><div class="ast-footer-copyright"><p>All rights reserved</p></div></footer></div>'
        )

    def code(self, language: str, text: str) -> str:
        lines = escape(text).split("\n")
        numbers = "".join(
            f'<div class="crayon-num" data-line="crayon-6-{n}">{n}</div>'
            for n in range(1, len(lines) + 1)
        )
        rows = "".join(
            f'<div class="crayon-line" id="crayon-6-{n}"><span class="crayon-e">{line.replace("  ", "&nbsp;&nbsp;") or "&nbsp;"}</span></div>'
            for n, line in enumerate(lines, 1)
        )
        return (
            f'<div id="crayon-6" class="crayon-syntax crayon-theme-classic crayon-font-monaco print-yes notranslate" data-settings=" minimize scroll-mouseover"><div class="crayon-toolbar" data-settings=" show"><span class="crayon-title">boats</span><div class="crayon-tools"><div class="crayon-button crayon-nums-button" title="Toggle Line Numbers"></div><span class="crayon-language">{language}</span></div></div><div class="crayon-info"></div><div class="crayon-plain-wrap"><textarea wrap="soft" class="crayon-plain print-no" data-settings="dblclick" readonly>{escape(text)}</textarea></div>'
            f'<div class="crayon-main"><table class="crayon-table"><tr class="crayon-row"><td class="crayon-nums " data-settings="show"><div class="crayon-nums-content">{numbers}</div></td><td class="crayon-code"><div class="crayon-pre">{rows}</div></td></tr></table></div></div>'
        )

    def table(self, caption: str, rows: list[list[str]]) -> str:
        title = f"<caption>{caption}</caption>" if caption else ""
        head = "".join(
            f'<th class="column-{n}">{escape(cell)}</th>'
            for n, cell in enumerate(rows[0], 1)
        )
        body = "".join(
            f'<tr class="row-{r}">{"".join(f"<td class=column-{n}>{escape(cell)}</td>" for n, cell in enumerate(row, 1))}</tr>'
            for r, row in enumerate(rows[1:], 2)
        )
        return f'<div class="dataTables_wrapper"><table id="tablepress-1" class="tablepress tablepress-id-1">{title}<thead><tr class="row-1">{head}</tr></thead><tbody class="row-striping row-hover">{body}</tbody></table></div>'

    def reference(self, number: str) -> str:
        return f'<span id="easy-footnote-{number}-6" class="easy-footnote-margin-adjust"></span><span class="easy-footnote"><a href="#easy-footnote-bottom-{number}-6" title="note"><sup>{number}</sup></a></span>'

    def footnotes(self, notes: list[str]) -> str:
        items = "".join(
            f'<li class="easy-footnote-single"><span id="easy-footnote-bottom-{n}-6" class="easy-footnote-margin-adjust"></span>{note}<a class="easy-footnote-to-top" href="#easy-footnote-{n}-6"></a></li>'
            for n, note in enumerate(notes, start=1)
        )
        return f'<div class="easy-footnote-title"><h4>Notes</h4></div><ol class="easy-footnotes-wrapper">{items}</ol>'

    def embed(self, url: str, title: str) -> str:
        return f'<div class="rll-youtube-player" data-src="{url}" data-id="harbour" data-query="feature=oembed" data-alt="{title}"></div><noscript><iframe title="{title}" src="{url}"></iframe></noscript>'


@platform
class Pandoc(Plain):
    """A page of Pandoc's own template: anchors on each line of code, a title block, an array of figures."""

    tagged = False

    def body(self) -> str:
        post = self.post
        toc = "".join(
            f'<li><a href="#s{n}" id="toc-s{n}">{held}</a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        return f'<header id="title-block-header"><h1 class="title">{post.title}</h1><p class="author">{post.author}</p><p class="date">{self.day("%B %-d, %Y")}</p></header><nav id="TOC" role="doc-toc"><ul>{toc}</ul></nav>{self.content()}'

    def code(self, language: str, text: str) -> str:
        lines = "\n".join(
            f'<span id="cb1-{n}"><a href="#cb1-{n}" aria-hidden="true" tabindex="-1"></a>{line}</span>'
            for n, line in enumerate(escape(text).split("\n"), 1)
        )
        return f'<div class="sourceCode" id="cb1"><pre class="sourceCode numberSource {language} numberLines"><code class="sourceCode {language}">{lines}</code></pre></div>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<figure><img src="{self.src(name)}" alt="{alt}" /><figcaption aria-hidden="true">{caption}</figcaption></figure>'

    def math(self, tex: str) -> str:
        return f'<p><span class="math display">\\[{escape(tex)}\\]</span></p>'

    def reference(self, number: str) -> str:
        return f'<a href="#fn{number}" class="footnote-ref" id="fnref{number}" role="doc-noteref"><sup>{number}</sup></a>'

    def footnotes(self, notes: list[str]) -> str:
        items = "".join(
            f'<li id="fn{n}"><p>{note}<a href="#fnref{n}" class="footnote-back" role="doc-backlink">↩︎</a></p></li>'
            for n, note in enumerate(notes, start=1)
        )
        return f'<section id="footnotes" class="footnotes footnotes-end-of-document" role="doc-endnotes"><hr /><ol>{items}</ol></section>'

    def tasks(self, items: list[tuple[bool, str]]) -> str:
        lines = "".join(
            f'<li><label><input type="checkbox"{" checked" * done} />{text}</label></li>'
            for done, text in items
        )
        return f'<ul class="task-list">{lines}</ul>'

    def footer(self) -> str:
        return ""


@platform
class Wiki(Plain):
    """Pages as a wiki writes them: sections to edit, thumbs, contents in a box, references in a list."""

    tagged = False
    foreign = (
        "Jump to navigation",
        "[edit",
        "Retrieved from",
        "Contents",
        "Privacy policy",
        "Read time",
    )

    def body(self) -> str:
        post = self.post
        toc = "".join(
            f'<li class="toclevel-1 tocsection-{n}"><a href="#s{n}"><span class="tocnumber">{n}</span> <span class="toctext">{held}</span></a></li>'
            for n, (kind, held) in enumerate(post.blocks)
            if kind == "h2"
        )
        return (
            f'<div id="mw-page-base" class="noprint"></div><div id="content" class="mw-body" role="main"><a id="top"></a><h1 id="firstHeading" class="firstHeading">{post.title}</h1><div id="bodyContent" class="mw-body-content"><div id="siteSub" class="noprint">From Harbour Notes</div><div id="contentSub"></div><a class="mw-jump-link" href="#mw-head">Jump to navigation</a><div id="mw-content-text" class="mw-body-content mw-content-ltr" lang="en" dir="ltr"><div class="mw-parser-output"><p><i>{post.author}, {self.day("%-d %B %Y")}</i></p>'
            f'<div id="toc" class="toc" role="navigation" aria-labelledby="mw-toc-heading"><input type="checkbox" role="button" id="toctogglecheckbox" class="toctogglecheckbox" style="display:none" /><div class="toctitle" lang="en" dir="ltr"><h2 id="mw-toc-heading">Contents</h2></div><ul>{toc}</ul></div>{self.content()}</div><div class="printfooter">Retrieved from "<a dir="ltr" href="https://blog.example/x">https://blog.example/x</a>"</div></div></div></div>'
            '<div id="mw-navigation"><h2>Navigation menu</h2><div id="mw-head"><nav id="p-personal" class="vector-menu" role="navigation"><ul><li><a href="/login">Log in</a></li></ul></nav></div><div id="mw-panel"><nav class="portal"><h3>Site</h3><ul><li><a href="/">Home</a></li><li><a href="/a">Archive</a></li></ul></nav></div></div><footer id="footer" class="mw-footer" role="contentinfo"><ul id="footer-places"><li><a href="/privacy">Privacy policy</a></li></ul>All rights reserved</footer>'
        )

    def heading(self, level: int, text: str) -> str:
        self.headings += 1
        return f'<h{level}><span class="mw-headline" id="s{self.headings}">{text}</span><span class="mw-editsection"><span class="mw-editsection-bracket">[</span><a href="/index.php?title=x&amp;action=edit&amp;section={self.headings}" title="Edit section">edit</a><span class="mw-editsection-bracket">]</span></span></h{level}>'

    def figure(self, name: str, alt: str, caption: str) -> str:
        return f'<div class="thumb tright"><div class="thumbinner" style="width:222px;"><a href="/File:{name}" class="image"><img alt="{alt}" src="{self.src(name)}" decoding="async" width="220" height="165" class="thumbimage" srcset="{self.src(name)} 1.5x" /></a><div class="thumbcaption"><div class="magnify"><a href="/File:{name}" class="internal" title="Enlarge"></a></div>{caption}</div></div></div>'

    def code(self, language: str, text: str) -> str:
        return f'<div class="mw-highlight mw-highlight-lang-{language} mw-content-ltr" dir="ltr"><pre><span></span>{escape(text)}\n</pre></div>'

    def reference(self, number: str) -> str:
        return f'<sup id="cite_ref-{number}" class="reference"><a href="#cite_note-{number}"><span class="cite-bracket">&#91;</span>{number}<span class="cite-bracket">&#93;</span></a></sup>'

    def footnotes(self, notes: list[str]) -> str:
        items = "".join(
            f'<li id="cite_note-{n}"><span class="mw-cite-backlink"><a href="#cite_ref-{n}">↑</a></span> <span class="reference-text">{note}</span></li>'
            for n, note in enumerate(notes, start=1)
        )
        return (
            f'<div class="mw-references-wrap"><ol class="references">{items}</ol></div>'
        )

    def tags(self) -> str:
        return ""
