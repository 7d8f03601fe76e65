"""A page -> an article. Pure: bytes and what the source said go in, a draft or a reasoned refusal
comes out.

extract         the whole way, on one screen
page/           bytes -> one parsed tree, whatever the charset and the depth; JSON-LD; the page as lines
fields/         title, authors, dates, tags, language, site: who claims what, and the rule that decides
content/        the article in the page's own tree:
    main_content    the way of a page's content, on one screen
    blocks          the tree as blocks, each with its text, links and names
    outline         the page in short, which trafilatura judges
    proposals       what trafilatura and readability take: votes on blocks
    root            where the article is; lead: what belongs to it though it stands outside
    facts rules/    what is left out, and why; leave_out: the record of it
    code images figures formulas embeds notes lists       one form for each kind of content
    canonical sanitize      html that may be stored
    account         what was kept, left out and lost: what quality rests on
text/           plain text and Markdown, made from that html; fingerprints that find near duplicates
rejection       pages that hold no article, and how we know; paywall: those that show a part
quality         how sure we are, with reasons; damage: signs that a page is not whole
marked          a stored page with marks on what was left out of its article
"""
