"""What pages write around articles, in the languages of the web's larger halves.

Each pattern is for one short line, so none needs to be fast; all are linear.
"""

import re

MAX_LINE_LENGTH = 500  # characters of a line


def _any(*phrases: str) -> str:
    return "|".join(phrases)


def _line(*phrases: str) -> re.Pattern[str]:
    """Return a line that consists of one of these phrases, whatever signs stand around it."""
    return re.compile(rf"\W*(?:{_any(*phrases)})\W*", re.I)


def _begin(*phrases: str) -> re.Pattern[str]:
    """Return a line that begins with one of these phrases."""
    return re.compile(rf"\W*(?:{_any(*phrases)})\b", re.I)


def says(phrase: re.Pattern[str], text: str) -> bool:
    """Whether a line is one of the phrases; what is longer than a line is none."""
    return len(text) <= MAX_LINE_LENGTH and bool(phrase.fullmatch(text))


RELATED_HEADING = _line(
    r"you (?:may|might)(?: also)? (?:like|enjoy|be interested in)",
    r"(?:related|similar|recommended)"
    r"(?: (?:posts?|articles?|stories|content|news|reading|reads|topics|links|videos?))?",
    r"recommended for you",
    r"(?:recent|latest|other|more|popular|featured|newest)"
    r" (?:posts?|articles?|stories|news|blog posts|entries|writing)",
    r"(?:latest|more) [\w ]{1,30} (?:news|posts|stories)",
    r"more (?:from|in|on|by|like) .{1,40}",
    r"most (?:read|popular|viewed|recent)",
    r"trending(?: now)?",
    r"read (?:next|more|also)",
    r"up next|what to read next|keep reading|continue reading|explore further|further stories",
    r"next article|previous article|don.?t miss",
    r"related coverage.{0,60}",
    r"ähnliche[sr]?|taip pat skaitykite|おすすめ情報|[\w・]{1,12}の新着|記事一覧|최신 글|читайте также",
    r"(?:ähnliche|weitere|verwandte) (?:beiträge|artikel)|auch interessant|lesen sie auch",
    r"das könnte (?:sie|dich) auch interessieren|mehr zum thema",
    r"articles? (?:similaires|liés|récents)|à lire (?:aussi|également)|lire aussi",
    r"artículos relacionados|entradas relacionadas|te puede interesar|noticias relacionadas",
    r"artigos relacionados|leia (?:também|mais)|leggi anche|articoli correlati",
    r"lees ook|gerelateerde (?:artikelen|berichten)|läs också|les også|relaterade inlägg",
    r"czytaj (?:też|także|również)|powiązane|читайте также|похожие статьи",
    r"backlinks|linked (?:references|mentions)|mentioned in|(?:pages|notes) that link here",
    r"関連記事|相关文章|相關文章|相关阅读|推荐阅读|관련 글",
)
RELATED_LINE = re.compile(
    r"\W*(?:"
    + _any(
        r"related(?: (?:posts?|articles?|stories|reading|tags))?",
        r"read (?:more|next|also)|see more|also (?:on|read)[\w. ]{0,20}|don.?t miss|"
        r"recommended",
        r"more (?:on|from)|you (?:may|might) also like|lesen sie (?:auch|mehr)|"
        r"mehr(?: zum| dazu)?",
        r"lire aussi|à lire|voir aussi|leer más|lea también|te puede interesar",
        r"leia (?:também|mais)|saiba mais|leggi anche|lees ook|läs (?:också|mer)|les også",
        r"czytaj|читайте|ayrıca|関連",
    )
    + r")\b",
    re.I,
)
NEXT_LINE = _begin(
    r"(?:previous|prev|next|older|newer|earlier|later)"
    r"(?: (?:post|article|entry|story|page|issue|chapter|posts|articles|entries))?",
    r"(?:vorheriger|nächster|vorige|nächste|älterer|neuerer)(?: (?:beitrag|artikel|seite))?",
    r"précédent|suivant|article (?:précédent|suivant)|anterior|siguiente|próximo|precedente",
    r"successivo|vorige|volgende|föregående|nästa|poprzedni|następny|предыдущ\w+|следующ\w+",
    r"back to (?:the )?(?:blog|top|all posts|home|posts|index|articles|archives?|list|main)",
    r"return to .{1,30}|(?:see |view |browse )?all (?:posts|articles|entries)",
    r"上一篇|下一篇|前の記事|次の記事",
)
ARROWED = re.compile(r"\s*(?:[«‹←<⟵↞]\s*\S.{0,200}|.{0,200}\S\s*[»›→>⟶↠])\s*", re.S)
PAGES = re.compile(
    r"\W*(?:pages?|seiten?|page \d{1,4} of \d{1,4}|"
    r"página)\W*(?:(?:\d{1,4}(?!\d)|of|next|prev(?:ious)?)\W*){1,60}",
    re.I,
)
SUBSCRIBE = re.compile(
    r"\b(?:"
    + _any(
        r"subscri\w+|newsletters?|sign ?up|mailing list|inbox|your e-?mail|unsubscribe|no spam",
        r"join [\w,. ]{1,40}(?:readers|subscribers|others)|get updates|rss feed|free trial",
        r"abonnier\w+|abonnez|suscr[ií]b\w+|inscri\w+|assine|iscriviti|prenumerera|subskryb\w+",
        r"подпис\w+|購読|订阅|關注|关注",
    )
    + ")",
    re.I,
)
SUBSCRIBE_LINE = _begin(
    r"subscribe (?:to|now|here|today)|sign ?up (?:to|for|now|here)|"
    r"join (?:our|the) mailing list",
    r"get (?:our|the) newsletter|abonnieren sie|jetzt abonnieren|abonnez-vous|suscríbete|"
    r"assine",
    r"iscriviti|inscreva-se",
)
SUBSCRIBE_WAY = _line(
    r"(?:subscribe|follow)(?: to (?:the|my|our|this) (?:blog|site|feed))? (?:via|by|with|"
    r"using|through)"
    r" (?:(?:an? |the |my |our )?(?:rss|atom|e-?mail|feed|json feed|newsletter)\W{0,3}(?:or |"
    r"and |feed)?){1,3}",
)
SUBSCRIBE_OFFER = re.compile(
    r"click here (?:to|and|&) (?:subscribe|sign ?up)|subscribe (?:here|now|today)\b"
    r"|hier abonnieren|jetzt abonnieren",
    re.I,
)
TRIAL = re.compile(
    r"\b(?:free trial|try \w[\w ]{0,40} (?:for )?free|test \w[\w ]{0,40} free|free of charge"
    r"|weeks? free|months? free|cancel (?:at )?any ?time|kostenlos\w*|gratis\w*|unverbindlich"
    r"|essai gratuit|gratuit\w*|prueba gratuita|teste grátis|prova gratuita)\b",
    re.I,
)
SUBSCRIPTION_ADDRESS = re.compile(
    r"[/_.-](?:abo|abos|abonn?\w*|probeabo|subscri\w+|suscri\w+|trial|newsletter|membership)\b",
    re.I,
)
COMMENT_RULES = re.compile(
    r"\b(?:comments?|kommentare?|commentaires?|comentarios?|comentários?|commenti)\b.{0,200}"
    r"\b(?:not be (?:published|approved|accepted|tolerated)|"
    r"(?:be|are) (?:deleted|removed|moderated)"
    r"|nicht (?:veröffentlicht|freigeschaltet)|gelöscht|não serão (?:aprovados|publicados)"
    r"|no serán (?:publicados|aprobados)|ne seront pas (?:publiés|acceptés)|"
    r"non saranno pubblicati)\b",
    re.I | re.S,
)
COMMENT_LINE = _line(
    r"(?:new, ?)?(?:\d{1,6}|no|one|view|show|post|add|leave|write|join the|load|hide|click to|"
    r"\d{1,6} post)"
    r"(?: a| the| \d{1,6}| all)? ?(?:comments?|repl(?:y|ies)|responses?|reactions?|discussion"
    r"|conversation|thoughts?)\b.{0,60}",
    r"comments?(?: ?\(\d{1,6}\))?",
    r"comments? (?:are )?(?:closed|powered by .{1,60}|off|disabled).{0,40}",
    r"please enable javascript to view the comments.{0,80}",
    r"(?:discuss|reply|comment|respond) (?:this )?(?:on|via|by|at) .{1,60}",
    r"blog comments powered by .{1,40}|tell us what (?:you|do you) think.{0,20}|"
    r"what do you think",
    r"kommentare?(?: \(\d+\))?|commentaires?|comentarios?|comentários?|commenti|reacties",
)
COMMENT_HEADING = _line(
    r"(?:\d{1,6} )?(?:comments?|responses?|replies|thoughts?|reactions|mentions|webmentions?)"
    r"(?: ?\(\d{1,6}\)| on .{1,200})?",
    r"leave a (?:reply|comment)|join the (?:conversation|discussion)",
    r"kommentare|commentaires|comentarios|comentários|отзывы|комментарии",
)
SHARE_LINE = _line(
    r"share|share (?:this|on|via|it|post|article|with|all).{0,60}|tweet(?: this)?|pin it|"
    r"like this",
    r"like this story\W+share it.{0,40}|spread the word|click to share.{0,60}|get short url",
    r"listen|follow|follow us.{0,30}|save|print|e-?mail|copy link|link copied.?|copied.?",
    r"teilen|partager|compartir|compartilhar|condividi|delen|dela|udostępnij|поделиться",
)
LEGAL_LINE = re.compile(
    r"\W*(?:©|\(c\)|"
    + _any(
        r"copyright|all rights reserved|licensed under|licence|license",
        r"this (?:work|post|article|site|content|document) is (?:licensed|"
        r"subject to copyright)",
        r"except where otherwise|unless otherwise (?:noted|stated)|proudly powered|powered by",
        r"built with|made with|theme by|designed by|generated by",
    )
    + r").{0,450}",
    re.I | re.S,
)
TOC_HEADING = _line(
    r"(?:table of )?contents?|on this page|in this (?:article|post)|toc|"
    r"inhalt(?:sverzeichnis)?",
    r"sommaire|table des matières|contenido|índice|sommario|indice|inhoud|innehåll|spis treści",
    r"содержание|目录|目次",
)
READING_HEADING = _line(
    r"(?:further|additional|suggested) (?:reading|resources|links)|see also|bibliography",
    r"(?:references|sources|resources)(?: and (?:links|further reading|credits))?",
    r"(?:links|notes) and (?:references|sources|resources|further reading)|works cited",
    r"weiterführende links|quellen|literatur(?:verzeichnis)?|zum weiterlesen",
    r"pour aller plus loin|sources|références|bibliographie|bibliografía|referencias|fuentes",
    r"referências|bibliografia|riferimenti|fonti|bronnen|verder lezen|källor|źródła",
    r"参考文献|参考|参考资料|参考資料|参考リンク|источники|литература",
)
TAGS_LABEL = re.compile(
    r"\W*(?:tags?|tagged(?: (?:as|in|with))?|categor(?:y|ies)|filed (?:under|in)|posted in|"
    r"labels?|topics?|more on"
    r"|schlagw\w+|kategorien?|etiquetas?|mots[- ]clés|catégories?|related tags)\s*:?",
    re.I,
)
AUTHOR_HEADING = _line(
    r"about (?:the )?authors?|about me|written by.{0,50}|author|über den autor",
    r"à propos de l.auteur|sobre (?:el|o) autor|l.autore|o autorze|об авторе",
)
ADVERT_LINE = _line(
    r"advert(?:isement)?s?|anzeige|werbung|publicité|publicidad|sponsored|реклама|広告|广告"
)
PROMPT = re.compile(r"(?:In|Out)\s*\[[\d\s*]{0,8}\]\s*:?")
IMAGE_DETAILS = re.compile(r"\d{2,5} ?[×x] ?\d{2,5},? [\d.,]{1,8} ?[kKM]i?B$")
CONSENT = re.compile(r"\bcookies?\b|\bconsent\b|\bpartners\b", re.I)
SHARE_ADDRESS = re.compile(  # of addresses in lower case
    _any(
        r"(?:twitter|x)\.com/(?:intent|share|home\?status)",
        r"facebook\.com/(?:sharer|share|dialog)",
        r"linkedin\.com/(?:sharing|share|cws)",
        r"reddit\.com/submit",
        r"news\.ycombinator\.com/submit",
        r"(?:t|telegram)\.me/share",
        r"wa\.me/|whatsapp:|api\.whatsapp\.com",
        r"pinterest\.\w+/pin/create",
        r"getpocket\.com/(?:save|edit)",
        r"tumblr\.com/(?:share|widgets)",
        r"mailto:[?&]|sms:\?",
        r"share\.flipboard|plus\.google\.com/share|vk\.com/share|xing\.com/(?:spi|social)",
        r"instapaper\.com/(?:hello|edit)|buffer(?:app)?\.com/add|hatena\.ne\.jp/(?:add|entry)",
        r"line\.me/r/msg|mastodonshare|toot\.kytta|tootpick|bsky\.app/intent|"
        r"threads\.net/intent",
        r"service\.weibo\.com/share|connect\.qq\.com|sharethis|addtoany|#share|/share\?",
        r"digg\.com/submit|javascript:window\.print",
    ),
)
EDIT_LINE = _line(
    r"(?:edit|improve|suggest(?: (?:an? )?(?:changes?|edits?))?|report|fix|view|correct)"
    r"(?: (?:this|an?|the|on|page|post|article|entry|issue|typo|error|mistake|changes?|edits?|"
    r"to|in|source"
    r"|github|gitlab|codeberg|bitbucket|sourcehut|with|here|of)){0,6}",
)
SOURCE_ADDRESS = re.compile(r"/(?:edit|blob|tree|issues/new|_edit|src/branch)\b", re.I)
PROFILE_ADDRESS = re.compile(
    r"//(?:www\.)?(?:twitter|x|facebook|instagram|linkedin|threads|tiktok|youtube|github|"
    r"medium|substack|discord)"
    r"\.(?:com|net|gg|app)/(?:in/|company/|invite/|c/|channel/)?@?[\w.-]{1,60}/?$|"
    r"/@[\w.-]{1,60}/?$",
    re.I,
)
DONATION_ADDRESS = re.compile(
    r"//(?:[\w-]+\.)?(?:ko-fi\.com|buymeacoffee\.com|bmc\.link|patreon\.com|liberapay\.com|"
    r"paypal\.me|paypal\.com/donate"
    r"|opencollective\.com|github\.com/sponsors|flattr\.com|tipeee\.com)\b",
    re.I,
)
OLD_POST = _line(
    r"this (?:post|article|page|entry|content) (?:is|was|has been)\b[^.]{0,60}\b(?:old|"
    r"ago)\b[^.]{0,120}",
)
TAG_ADDRESS = re.compile(
    r"/(?:tags?|categor(?:y|ies)|topics?|labels?|search/label|keywords?|kategorien?|kategorie"
    r"|etiquetas?|tagged|schlagwort|catégories?)(?:/|=|\?|#|:|-)"
    r"|[?&](?:tag|cat|category|label)="
    r"|/(?:tag|category|tags|categories)(?:-[\w-]{0,80})?\.html",
    re.I,
)
FILE_ADDRESS = re.compile(
    r"\.(?:pdf|epub|zip|tar|t?gz|xz|csv|tsv|xlsx?|docx?|odt|ods|pptx?|odp|ipynb|mp3|mp4|ogg|"
    r"wav|bib|whl|dmg|deb|exe)(?:[?#]|$)",
    re.I,
)
LICENSE_ADDRESS = re.compile(r"//creativecommons\.org/(?:licenses|publicdomain)/", re.I)
AUTHOR_ADDRESS = re.compile(
    r"/(?:authors?|autor(?:en|es)?|auteurs?|writers?|users?|people|profile|by|contributors?)/"
    r"|/@[\w-]{1,60}/?$",
    re.I,
)
