"""What class names, ids and roles say of an element. A name alone decides nothing: a rule wants
other evidence too."""

import re
from functools import lru_cache

BEFORE = (
    r"post article entry blog page site main story single content the my js c o is l u block"
    r" widget wp single-post"
)
AFTER = (
    r"area section list box wrap wrapper wrapped container widget bar block form links? buttons?"
    r" btns? items? content inner outer body row group holder panel title heading header line info"
    r" data text icons? nav navigation card cards grid wide bottom top footer module component"
    r" desktop mobile full single post posts page pages article root"
)
WORDS = {  # a "-?" stands for what names put between words
    "navigation": (
        r"nav navigation navbar menu menus breadcrumbs? paginav pager pagination paging prev-?next"
        r" next-?prev nav-?links post-?nav"
        r" (?:older|newer|prev|next|previous)(?:-?posts?|-?articles?|-?links?)? prevnext nextprev"
        r" skip-?link skip-?to-?content back-?to-?top to-?top post-?pager sibling siblings"
        r" wayfinding series series-?nav"
    ),
    "contents": (
        r"toc table-?of-?contents contents-?table on-?this-?page page-?toc bd-?toc tocify"
        r" outline-?nav text-table-of-contents"
    ),
    "share": (
        r"share shares sharing shared?daddy share-?this share-?buttons? social socials"
        r" social-?media social-?share sharedaddy addtoany addthis a2a jp-?relatedposts-?share"
        r" tweet-?button follow-?us follow"
    ),
    "newsletter": (
        r"newsletter newsletters subscribe subscription subscription-?widget subscribe-?widget"
        r" signup sign-?up mailing-?list email-?signup optin opt-?in mc_embed_signup buttondown"
        r" mailchimp convertkit cta call-?to-?action"
    ),
    "related": (
        r"related related-?posts? related-?articles? related-?content recommended recommendations?"
        r" read-?more more-?posts? more-?stories read-?next up-?next you-?may-?(?:also-?)?like"
        r" similar similar-?posts? latest-?posts? recent-?posts? popular popular-?posts? trending"
        r" most-?read outbrain taboola jp-?relatedposts suggested teasers? suggestions? more-?from"
        r" further-?stories featured-?posts other-?posts backlinks"
    ),
    "comments": (
        r"comments? commentlist comment-?respond respond disqus disqus_thread replies responses"
        r" webmentions? mentions reactions? utterances giscus isso isso-?thread discussion discuss"
        r" remark42 likes comment-?count valine waline gitalk twikoo cusdis"
    ),
    "author": (
        r"author-?bio about-?(?:the-?)?author author-?box author-?info author-?card"
        r" author-?profile post-?author bio vcard h-card author authors about-?me contributors?"
        r" writer profile author-?description author-?details"
    ),
    "byline": (
        r"byline by-?line meta metadata postmeta post-?meta entry-?meta article-?meta post-?info"
        r" post-?details dateline date dates published posted-?on timestamp time reading-?time"
        r" read-?time publish-?date updated entry-?date post-?date credits? post-?byline infobar"
        r" postinfo post-?header-?meta last-?modified last-?updated submitted detail details"
    ),
    "tags": (
        r"tags? tag-?list post-?tags categories category cat-?links taxonomy keywords labels?"
        r" topics? tagcloud tag-?cloud post-?categories terms filed-?under hashtags?"
    ),
    "cookie": (
        r"cookies? cookie-?(?:banner|consent|notice|bar|law) consent gdpr ccpa cmp cc-?window"
        r" onetrust-\S+ privacy-?(?:banner|notice)"
    ),
    "dialog": (
        r"modal dialog popup pop-?up overlay lightbox alertdialog drawer offcanvas toast"
    ),
    "sidebar": (
        r"sidebar side-?bar complementary rail right-?rail left-?rail aside secondary widget-?area"
        r" widgets? side-?col(?:umn)?"
    ),
    "footer": (
        r"footer site-?footer colophon copyright contentinfo legal license licence powered-?by"
        r" credits footer-?bottom generator made-?with disclaimer post-?footer foot"
    ),
    "header": (
        r"masthead site-?header banner site-?title site-?branding branding logo site-?name topbar"
        r" top-?bar blog-?header site-?description tagline"
    ),
    "advert": (
        r"ad ads adv advert adverts advertisement advertising adsbygoogle ad-?slot ad-?unit"
        r" ad-?container sponsor sponsors sponsored promo promos promotion promobox banner-?ad dfp"
        r" partner-?content affiliate donate donation kofi ko-fi patreon buy-?me-?a-?coffee bmc"
        r" support-?me support-?us paywall regwall"
    ),
    "hidden": (
        r"sr-only screen-?reader-?(?:text|only) visually-?hidden visuallyhidden hidden hide"
        r" print-?only only-?print a11y-?hidden sronly offscreen clip no-?display invisible"
    ),
    "caption": (
        r"caption wp-?caption captions? figcaption image-?caption caption-?text photo-?caption"
        r" wp-?caption-?text credit"
    ),
    "buttons": (
        r"button buttons btn btns copy copy-?button copybtn clipboard toolbar tools actions?"
        r" controls edit-?page edit-?link edit-?this view-?source  print rating"
        r" vote votes voting claps? feedback was-?this-?helpful helpful theme-?toggle search"
        r" search-?form login log-?in signin sign-?in register"
    ),
}
ROLES = {
    "navigation": "navigation",
    "menu": "navigation",
    "menubar": "navigation",
    "doc-toc": "contents",
    "dialog": "dialog",
    "alertdialog": "dialog",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "sidebar",
    "search": "buttons",
    "doc-pagelist": "navigation",
}
CONTENT = re.compile(
    r"(?:(?:post|entry|article|blog|blogpost|page|story|single|note|main|markdown|md|news|detail|item|text|rich)[-_]{0,2})"
    r"+(?:content|body|text|copy|inner|main|entry|markdown)|e-content|prose|markdown-body|rich-?text|post-?full-content"
    r"|gh-content|theme-doc-markdown|available-content|articlebody|field--name-body|entry|postbody|body-?text",
    re.I,
)


def _either(words: str) -> str:
    return "|".join(words.split())


def _pattern(words: str) -> re.Pattern[str]:
    """For a name in lower case: case-blind expressions take more than twice as long."""
    return re.compile(
        rf"(?:(?:{_either(BEFORE)})[-_]{{1,2}}){{0,4}}(?:{_either(words)})"
        rf"(?:[-_]{{1,2}}(?:{_either(AFTER)})){{0,4}}"
    )


PATTERNS = {kind: _pattern(words) for kind, words in WORDS.items()}
ANY_KIND = _pattern(" ".join(WORDS.values()))  # most names are of none
FOREIGN = frozenset(
    "navigation share newsletter related comments author cookie dialog footer advert tags byline".split()
)
MAX_LABELS = 300  # characters of names that are looked at


@lru_cache(maxsize=5000)  # a site gives the same names to thousands of elements
def kinds(labels: str) -> frozenset[str]:
    """Return the kinds of boilerplate that class names, id and role speak of.

    `labels` are in lower case, with a blank between.
    """
    found: set[str] = set()
    for name in labels[:MAX_LABELS].split():
        found.update(_kinds_of(name))
    return frozenset(found)


@lru_cache(maxsize=5000)
def _kinds_of(name: str) -> frozenset[str]:
    if name in ROLES:
        return frozenset({ROLES[name]})
    if not ANY_KIND.fullmatch(name):
        return frozenset()
    return frozenset(
        [kind for kind, pattern in PATTERNS.items() if pattern.fullmatch(name)]
    )


@lru_cache(maxsize=5000)
def is_content(labels: str) -> bool:
    """Whether class names or id say that this element holds the text of a post."""
    return any(CONTENT.fullmatch(name) for name in labels[:MAX_LABELS].split())
