"""More of what posts hold: code with numbers in every way, pictures that wait, players, notes, formulas, boxes."""

from tests.pipeline.extraction.constructs import Construct

VIDEO = r'href="https://(?:www\.)?youtube(?:-nocookie)?\.com/(?:watch\?v=|embed/)aBcDeFgHiJk'
CODE = r"<pre><code[^>]*>high = 6\n\nlow = 12</code></pre>"
NUMBERED = ("high = 6", "", "low = 12")

CONSTRUCTS = {
    # code
    "numbers in a list": Construct(
        f'<pre class="prettyprint linenums prettyprinted"><ol class="linenums">{"".join(f"<li class=L{n}><span class=pln>{line}</span></li>" for n, line in enumerate(NUMBERED))}</ol></pre>',
        (CODE,),
    ),
    "numbers in rows": Construct(
        '<pre><code class="language-python hljs"><table class="hljs-ln"><tbody>'
        + "".join(
            f'<tr><td class="hljs-ln-line hljs-ln-numbers" data-line-number="{n}"><div class="hljs-ln-n" data-line-number="{n}"></div></td><td class="hljs-ln-line hljs-ln-code" data-line-number="{n}">{line}</td></tr>'
            for n, line in enumerate(NUMBERED, 1)
        )
        + "</tbody></table></code></pre>",
        (CODE,),
    ),
    "numbers behind the code": Construct(
        '<pre class="line-numbers language-python"><code class="language-python">high = 6\n\nlow = 12<span aria-hidden="true" class="line-numbers-rows"><span></span><span></span><span></span></span></code></pre>',
        (CODE,),
    ),
    "numbers in a column of their own": Construct(
        '<div class="code-wrapper"><div class="line-numbers" aria-hidden="true">1<br>2<br>3</div><pre><code class="language-python">high = 6\n\nlow = 12</code></pre></div>',
        (CODE,),
        (r"1<br", r">1\s*2\s*3<"),
    ),
    "lines of a forge": Construct(
        '<div class="blob-wrapper"><table class="highlight tab-size js-file-line-container" data-tab-size="8"><tbody>'
        + "".join(
            f'<tr><td id="L{n}" class="blob-num js-line-number" data-line-number="{n}"></td><td id="LC{n}" class="blob-code blob-code-inner js-file-line">{line or "&#10;"}</td></tr>'
            for n, line in enumerate(NUMBERED, 1)
        )
        + "</tbody></table></div>",
        (CODE,),
    ),
    "a gist in the page": Construct(
        '<div id="gist1" class="gist"><div class="gist-file"><div class="gist-data"><div class="js-gist-file-update-container"><div id="file-tide-py" class="file my-2"><div itemprop="text" class="Box-body p-0 blob-wrapper data type-python"><table class="highlight"><tbody>'
        + "".join(
            f'<tr><td id="file-L{n}" class="blob-num js-line-number js-blob-rnum" data-line-number="{n}"></td><td id="file-LC{n}" class="blob-code blob-code-inner js-file-line">{line}</td></tr>'
            for n, line in enumerate(NUMBERED, 1)
        )
        + '</tbody></table></div></div></div></div><div class="gist-meta"><a href="https://gist.github.com/ines/1/raw">view raw</a><a href="https://gist.github.com/ines/1#file-tide-py">tide.py</a> hosted with &#10084; by <a href="https://github.com">GitHub</a></div></div></div>',
        (r"high = 6\n\nlow = 12",),
    ),
    "code with its toolbar": Construct(
        '<div class="code-toolbar"><pre class="language-python" tabindex="0"><code class="language-python"><span class="token">high</span> = 6\n\nlow = 12</code></pre><div class="toolbar"><div class="toolbar-item"><span>Python</span></div><div class="toolbar-item"><button class="copy-to-clipboard-button" type="button"><span>Copy</span></button></div></div></div>',
        (CODE,),
        ("Copy", ">Python<"),
    ),
    "code in a window": Construct(
        '<div class="code-window"><div class="window-bar"><span class="dot"></span><span class="dot"></span><span class="dot"></span><span class="filename">tide.py</span></div><pre><code class="language-python">high = 6\n\nlow = 12</code></pre></div>',
        (CODE,),
    ),
    "code without a pre": Construct(
        '<code class="block" style="white-space: pre">high = 6\n\nlow = 12</code>',
        (r"high = 6",),
    ),
    "code by breaks": Construct(
        '<p><code>high = 6<br><br>low = 12</code></p>', (r"high = 6", "low = 12")
    ),
    "callouts in code": Construct(
        '<div class="listingblock"><div class="title">tide.py</div><div class="content"><pre class="highlight"><code class="language-python">high = 6 <i class="conum" data-value="1"></i><b>(1)</b>\nlow = 12</code></pre></div></div><div class="colist arabic"><table><tr><td><i class="conum" data-value="1"></i><b>1</b></td><td>The first tide of the day.</td></tr></table></div>',
        ("high = 6", "tide.py", "The first tide of the day"),
    ),
    "tabs of radio buttons": Construct(
        '<div class="tabset"><input type="radio" name="s" id="a" checked><label for="a">pip</label><input type="radio" name="s" id="b"><label for="b">uv</label><div class="tab-panels"><section id="pa" class="tab-panel"><pre>pip install tide</pre></section><section id="pb" class="tab-panel"><p>Or use uv, which is quicker by far on a slow line.</p></section></div></div>',
        ("pip install tide", "Or use uv, which is quicker"),
    ),
    "tabs of a framework": Construct(
        '<div class="tabs-container tabList__CuJ"><ul role="tablist" aria-orientation="horizontal" class="tabs"><li role="tab" tabindex="0" aria-selected="true" class="tabs__item tabs__item--active">npm</li><li role="tab" tabindex="-1" aria-selected="false" class="tabs__item">Yarn</li></ul><div class="margin-top--md"><div role="tabpanel" class="tabItem_Ymn6"><div class="language-bash codeBlockContainer_x"><div class="codeBlockContent_b"><pre tabindex="0" class="prism-code language-bash codeBlock_b thin-scrollbar"><code class="codeBlockLines_e"><span class="token-line" style="color:#F8F8F2"><span class="token">npm</span> i tide<br></span></code></pre></div></div></div><div role="tabpanel" class="tabItem_Ymn6" hidden=""><div class="language-bash codeBlockContainer_x"><pre class="prism-code language-bash"><code><span class="token-line">yarn add tide<br></span></code></pre></div></div></div></div>',
        ("npm i tide", "yarn add tide"),
    ),
    # pictures
    "picture of an optimiser": Construct(
        '<span style="box-sizing:border-box;display:inline-block"><span><img alt="" aria-hidden="true" src="data:image/svg+xml,%3csvg%20xmlns=%27http://www.w3.org/2000/svg%27%20width=%271200%27%20height=%27800%27/%3e"/></span><img alt="Pier" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" decoding="async" data-nimg="intrinsic"/><noscript><img alt="Pier" srcSet="/_next/image?url=%2Fa.jpg&amp;w=1200&amp;q=75 1x" src="/_next/image?url=%2Fa.jpg&amp;w=3840&amp;q=75" decoding="async" loading="lazy"/></noscript></span>',
        (r"(?:/a|%2Fa)\.jpg",),
    ),
    "picture that fades in": Construct(
        '<div data-gatsby-image-wrapper="" class="gatsby-image-wrapper gatsby-image-wrapper-constrained"><div style="max-width:800px;display:block"><img alt="" role="presentation" aria-hidden="true" src="data:image/svg+xml;charset=utf-8,%3Csvg height=%27600%27 width=%27800%27/%3E" style="max-width:100%"/></div><div aria-hidden="true" data-placeholder-image="" style="opacity:1;background-color:#080808"></div><picture><source type="image/webp" data-srcset="/static/a.webp 400w,/static/a.webp 800w" sizes="100vw"/><img data-gatsby-image-ssr="" data-main-image="" style="opacity:0" decoding="async" loading="lazy" data-src="/static/a.jpg" data-srcset="/static/a.jpg 400w" alt="Pier"/></picture><noscript><picture><source type="image/webp" srcset="/static/a.webp 400w"/><img src="/static/a.jpg" alt="Pier"/></picture></noscript></div>',
        (r'/static/a\.(?:jpg|webp)"',),
        (r"(?:static/a\.\w+.*){2}static/zz",),
    ),
    "picture over its blurred self": Construct(
        '<span class="gatsby-resp-image-wrapper" style="position: relative; display: block; max-width: 590px;"><a class="gatsby-resp-image-link" href="/static/x/a.jpg" target="_blank"><span class="gatsby-resp-image-background-image" style="padding-bottom: 66%; background-image: url(\'data:image/jpeg;base64,/9j/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEj\'); background-size: cover;"></span><img class="gatsby-resp-image-image" alt="Pier" title="Pier" src="/static/x/590/a.jpg" srcset="/static/x/148/a.jpg 148w, /static/x/590/a.jpg 590w" loading="lazy"/></a></span>',
        (r"/static/x/(?:590/)?a\.jpg",),
    ),
    "picture as a background": Construct(
        '<figure><div class="bg-image" role="img" aria-label="Pier at six" style="background-image: url(&quot;/a.jpg&quot;); height: 300px"></div><figcaption>The pier</figcaption></figure>',
        (r"/a\.jpg", "The pier"),
    ),
    "gallery of links": Construct(
        '<div id="gallery-1" class="gallery galleryid-6 gallery-columns-2"><dl class="gallery-item"><dt class="gallery-icon landscape"><a href="/pier/a/"><img width="150" height="150" src="/a-150x150.jpg" class="attachment-thumbnail" alt="Pier" aria-describedby="gallery-1-1"/></a></dt><dd class="wp-caption-text gallery-caption" id="gallery-1-1">Low water</dd></dl><dl class="gallery-item"><dt class="gallery-icon"><a href="/pier/b/"><img src="/b-150x150.jpg" alt="Mast"/></a></dt><dd class="wp-caption-text gallery-caption">High water</dd></dl><br style="clear: both"/></div>',
        (r"/a-150x150\.jpg", r"/b-150x150\.jpg", "Low water", "High water"),
    ),
    "tiled gallery": Construct(
        '<div class="wp-block-jetpack-tiled-gallery aligncenter is-style-rectangular"><div class="tiled-gallery__gallery"><div class="tiled-gallery__row"><div class="tiled-gallery__col" style="flex-basis:50%"><figure class="tiled-gallery__item"><img decoding="async" srcset="https://i0.wp.com/blog.example/a.jpg?strip=info&#038;w=600&#038;ssl=1 600w" alt="" data-height="768" data-id="7" data-link="/a/" data-url="https://blog.example/a.jpg" src="https://i0.wp.com/blog.example/a.jpg?ssl=1" layout="responsive"/></figure></div></div></div></div>',
        (r"blog\.example/a\.jpg",),
    ),
    "picture to load by script": Construct(
        '<p><img class="lozad" src="/loading.gif" data-original="/a.jpg" alt="Pier"></p>', (r'/a\.jpg"',)
    ),
    "picture for phones": Construct(
        '<amp-img src="/a.jpg" width="600" height="400" layout="responsive" alt="Pier"><noscript><img src="/a.jpg" alt="Pier"></noscript></amp-img>',
        (r"/a\.jpg",),
    ),
    "picture to zoom": Construct(
        '<span data-rmiz=""><span data-rmiz-content="not-found"><img src="/a.jpg" alt="Pier"/></span><span data-rmiz-ghost=""><button aria-label="Expand image: Pier" type="button"></button></span></span>',
        (r"/a\.jpg",),
    ),
    "picture and caption in a block of the editor": Construct(
        '<div class="wp-block-media-text is-stacked-on-mobile"><figure class="wp-block-media-text__media"><img src="/a.jpg" alt="" class="wp-image-3 size-full"/></figure><div class="wp-block-media-text__content"><p>The pier, as seen from the mast at low water.</p></div></div>',
        (r"/a\.jpg", "as seen from the mast"),
    ),
    "cover": Construct(
        '<div class="wp-block-cover" style="min-height:300px"><span aria-hidden="true" class="wp-block-cover__background has-background-dim"></span><img class="wp-block-cover__image-background wp-image-5" alt="" src="/a.jpg" data-object-fit="cover"/><div class="wp-block-cover__inner-container"><p class="has-large-font-size">Out at six, back at noon, every day of the year.</p></div></div>',
        (r"/a\.jpg", "Out at six, back at noon"),
    ),
    "emphasised caption": Construct(
        '<p><img src="/a.jpg" alt="Pier"><br><em>The pier at low water</em></p>', (r"/a\.jpg", "The pier at low water")
    ),
    "drawing": Construct(
        '<div class="graphviz"><svg width="206pt" height="188pt" viewBox="0 0 206 188" xmlns="http://www.w3.org/2000/svg"><title>tides</title><g id="graph0" class="graph">'
        + "".join(f'<g class="node"><title>n{n}</title><ellipse fill="none" stroke="black" cx="{n}" cy="-162" rx="27" ry="18"/><text x="{n}" y="-157">n{n}</text></g>' for n in range(8))
        + "</g></svg></div>",
        (r"<img[^>]*(?:data:image/svg|alt=\"tides\")",),
    ),
    # players and frames
    "video of a builder": Construct(
        '<div class="w-embed-youtubevideo" style="padding-top:56%"><iframe src="https://www.youtube.com/embed/aBcDeFgHiJk?rel=0&amp;controls=1" frameborder="0" title="The pier"></iframe></div>', (VIDEO,)
    ),
    "video behind a picture": Construct(
        '<div class="embed-youtube" data-youtube-id="aBcDeFgHiJk"><img src="https://i.ytimg.com/vi/aBcDeFgHiJk/hqdefault.jpg" alt=""><button>Play</button></div>', (VIDEO,)
    ),
    "video without a script": Construct(
        '<div class="lazy-video"></div><noscript><iframe src="https://www.youtube.com/embed/aBcDeFgHiJk" title="The pier"></iframe></noscript>', (VIDEO,)
    ),
    "video with tracks": Construct(
        '<figure class="wp-block-video"><video controls preload="metadata" width="640"><source src="/tide.webm" type="video/webm"><source src="/tide.mp4" type="video/mp4"><track kind="captions" src="/tide.vtt" srclang="en">Your browser does not support the video tag.</video></figure>',
        (r"/tide\.(?:webm|mp4)",),
        ("Your browser does not support",),
    ),
    "post of a network in a frame": Construct(
        '<iframe src="https://mastodon.example/@ines/1/embed" class="mastodon-embed" style="max-width: 100%" width="400" allowfullscreen></iframe><script src="https://mastodon.example/embed.js" async></script>',
        (r"mastodon\.example/@ines/1",),
    ),
    "post of a network by script": Construct(
        '<blockquote class="bluesky-embed" data-bluesky-uri="at://did:plc:x/app.bsky.feed.post/1"><p lang="en">The horn is mended.</p>&mdash; Ines (<a href="https://bsky.app/profile/did:plc:x">@ines.example</a>) <a href="https://bsky.app/profile/did:plc:x/post/1">May 3, 2024</a></blockquote><script async src="https://embed.bsky.app/static/embed.js"></script>',
        ("The horn is mended", r"bsky\.app/profile/did:plc:x/post/1"),
    ),
    "songs": Construct(
        '<iframe style="border: 0; width: 350px;" src="https://bandcamp.com/EmbeddedPlayer/album=1/size=large/" seamless><a href="https://ines.bandcamp.com/album/tides">Tides by Ines</a></iframe>', (r"bandcamp\.com",)
    ),
    "fiddle": Construct(
        '<script async src="//jsfiddle.net/ines/abc123/embed/js,result/"></script>', (r"jsfiddle\.net/ines/abc123",)
    ),
    "chart of a script": Construct(
        '<div id="chart1" class="plotly-graph-div" style="height:400px"></div><script>Plotly.newPlot("chart1", []);</script><p>The chart shows the tides of a week, one line a day.</p>', ("The chart shows the tides",)
    ),
    "formula of a phone page": Construct(
        r'<amp-mathml layout="container" data-formula="\[x = {-b \over 2a}.\]"></amp-mathml>', (r"x = ",)
    ),
    # notes
    "notes as asides": Construct(
        '<p>It may be the moon<a class="footnote-reference brackets" href="#n1" id="r1" role="doc-noteref"><span class="fn-bracket">[</span>1<span class="fn-bracket">]</span></a>, they say.</p><aside class="footnote-list brackets"><aside class="footnote brackets" id="n1" role="doc-footnote"><span class="label"><span class="fn-bracket">[</span><a role="doc-backlink" href="#r1">1</a><span class="fn-bracket">]</span></span><p>Or the sun, on some days.</p></aside></aside>',
        ("Or the sun, on some days", "It may be the moon"),
    ),
    "citation": Construct(
        '<p>As told in <a class="reference internal" href="#cit">[Moon1911]</a> long ago.</p><dl class="citation"><dt class="label" id="cit"><span class="brackets"><a class="fn-backref" href="#id1">Moon1911</a></span></dt><dd><p>A. Moon, On Tides, 1911.</p></dd></dl>',
        ("A. Moon, On Tides, 1911", "Moon1911"),
    ),
    "bibliography": Construct(
        '<div id="refs" class="references csl-bib-body hanging-indent" role="list"><div id="ref-moon" class="csl-entry" role="listitem">Moon, A. 1911. <em>On Tides</em>. Harbour Press.</div></div>', ("Harbour Press",)
    ),
    "note that opens": Construct(
        '<p>It may be the moon<span class="footnote-wrap"><sup><button aria-describedby="fn9">9</button></sup></span>, they say.</p><div class="footnotes"><ol><li id="fn9">Or the sun.</li></ol></div>', ("Or the sun.",)
    ),
    "note in the margin": Construct(
        '<p>It may be the moon<label for="sn-1" class="margin-toggle sidenote-number"></label><input type="checkbox" id="sn-1" class="margin-toggle"/><span class="sidenote">Or the sun, on some days of the year.</span>, they say.</p>', ("Or the sun, on some days",)
    ),
    # formulas
    "formula between dollars": Construct(r"<p>$$ h = a \cos t $$</p>", (r"h = a",)),
    "formula of an old script": Construct(
        r'<span class="MathJax_Preview"></span><div class="MathJax_Display"><span class="MathJax" id="e1" data-mathml="&lt;math&gt;&lt;mi&gt;h&lt;/mi&gt;&lt;/math&gt;" role="presentation"><nobr><span class="math"><span>h</span></span></nobr></span></div><script type="math/tex; mode=display" id="e">h = a \cos t</script>', (r"h = a \\cos t",)
    ),
    "formula in its own language": Construct(
        "<p><math display=block><mi>h</mi><mo>=</mo><msqrt><mi>t</mi></msqrt></math></p>", ("<math", "<msqrt>")
    ),
    # boxes and lists
    "panel": Construct(
        '<div class="alert alert-warning d-flex" role="alert"><svg class="bi"><use href="#x"/></svg><div>The ladder is wet in the morning.</div></div>', ("The ladder is wet",)
    ),
    "callout of an app": Construct(
        '<figure class="callout block-color-gray_background" style="white-space:pre-wrap;display:flex" id="x"><div style="font-size:1.5em"><span class="icon">💡</span></div><div style="width:100%"><p>The ladder is wet in the morning.</p></div></figure>', ("The ladder is wet",)
    ),
    "ticks of an app": Construct(
        '<ul id="x" class="to-do-list"><li><div class="checkbox checkbox-on"></div> <span class="to-do-children-checked">Buy rope</span></li></ul><ul class="to-do-list"><li><div class="checkbox checkbox-off"></div> <span class="to-do-children-unchecked">Climb</span></li></ul>',
        ("☑\\s*Buy rope", "☐\\s*Climb"),
    ),
    "ticks of icons": Construct(
        '<ul class="fa-ul"><li><i class="far fa-check-square"></i> Buy rope</li><li><i class="far fa-square"></i> Climb</li></ul>', ("☑\\s*Buy rope", "☐\\s*Climb")
    ),
    "quote pulled out": Construct(
        '<figure class="wp-block-pullquote"><blockquote><p>The sea is never late.</p><cite>The harbour office</cite></blockquote></figure>', ("The sea is never late", "The harbour office")
    ),
    "lines of a poem": Construct(
        '<pre class="wp-block-verse">The tide comes in,\n   the tide goes out</pre>', (r"The tide comes in,\n\s+the tide goes out",)
    ),
    "file": Construct(
        '<div class="wp-block-file"><a id="f" href="/tide.pdf">The tables of tides</a><a href="/tide.pdf" class="wp-block-file__button wp-element-button" download>Download</a></div>', (r"/tide\.pdf", "The tables of tides")
    ),
    "button": Construct(
        '<div class="wp-block-buttons"><div class="wp-block-button"><a class="wp-block-button__link wp-element-button" href="https://tides.example/demo">Try the demo</a></div></div>', (r"tides\.example/demo",)
    ),
    "columns": Construct(
        '<div class="wp-block-columns"><div class="wp-block-column"><h3>Ebb</h3><p>The water goes.</p></div><div class="wp-block-column"><h3>Flood</h3><p>The water comes.</p></div></div>', ("Ebb", "The water goes.", "Flood", "The water comes.")
    ),
    "questions": Construct(
        '<div class="schema-faq wp-block-yoast-faq-block"><div class="schema-faq-section" id="q1"><strong class="schema-faq-question">Is it high?</strong><p class="schema-faq-answer">Twice a day, and sometimes more.</p></div></div>', ("Is it high\\?", "Twice a day")
    ),
    "accordion": Construct(
        '<div class="accordion" id="acc"><div class="accordion-item"><h2 class="accordion-header"><button class="accordion-button" type="button" data-bs-toggle="collapse">Is it high?</button></h2><div id="c1" class="accordion-collapse collapse"><div class="accordion-body"><p>Twice a day, and sometimes more often than that.</p></div></div></div></div>', ("Twice a day, and sometimes",)
    ),
    "table with a foot": Construct(
        '<figure class="wp-block-table is-style-stripes"><table class="has-fixed-layout"><thead><tr><th>Tide</th><th class="has-text-align-right" data-align="right">Hour</th></tr></thead><tbody><tr><td>High</td><td class="has-text-align-right" data-align="right">6</td></tr></tbody><tfoot><tr><td>Sum</td><td>6</td></tr></tfoot></table><figcaption class="wp-element-caption">All tides</figcaption></figure>',
        ("Tide", "<td[^>]*>Sum</td>", "All tides"),
    ),
    "table of a frame of data": Construct(
        '<div><style scoped>.dataframe tbody tr th:only-of-type { vertical-align: middle; }</style><table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th><th>hour</th></tr></thead><tbody><tr><th>0</th><td>6.2</td></tr><tr><th>1</th><td>NaN</td></tr></tbody></table><p>2 rows × 1 columns</p></div>',
        ("<td[^>]*>6.2</td>", "<td[^>]*>NaN</td>"),
        ("vertical-align: middle",),
    ),
    "list of fields": Construct(
        '<dl class="docutils field-list"><dt class="field-odd">Moved by<span class="colon">:</span></dt><dd class="field-odd"><p>The moon</p></dd></dl>', ("The moon",)
    ),
    "diagram by script": Construct(
        '<div class="mermaid-wrapper"><pre class="mermaid" data-processed="true">sequenceDiagram\n  Pier-&gt;&gt;Boat: horn</pre></div>', (r"sequenceDiagram",)
    ),
    "struck and inserted": Construct("<p>It is <del>blue</del> <ins>green</ins> today.</p>", ("blue", "green")),
    "page break": Construct('<p style="text-align:center">⁂</p>', ("⁂",)),
    "letters that stand out": Construct('<p class="has-drop-cap">The tide waits for no lamp.</p>', ("The tide waits for no lamp.",)),
    "a paragraph to the right": Construct('<p dir="rtl" lang="he">הגאות מגיעה בשש בבוקר.</p>', ("הגאות", r'dir="rtl"')),
    "card of a link": Construct(
        '<div class="ltag__link"><a href="https://tides.example/one" class="ltag__link__link"><div class="ltag__link__content"><h2>Tides, one by one</h2><h3>Ines ・ Mar 3</h3></div></a></div>', (r"tides\.example/one", "Tides, one by one")
    ),
    "preview of a page": Construct(
        '<aside class="onebox allowlistedgeneric" data-onebox-src="https://tides.example/one"><header class="source"><a href="https://tides.example/one" target="_blank">tides.example</a></header><article class="onebox-body"><h3><a href="https://tides.example/one">Tides, one by one</a></h3><p>How the moon moves the sea.</p></article></aside>', (r"tides\.example/one", "Tides, one by one")
    ),
}  # fmt: skip
