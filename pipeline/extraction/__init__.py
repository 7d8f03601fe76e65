"""A page -> an article. Pure: bytes and what the source said go in, a draft or a reasoned refusal comes out.

page            bytes -> one parsed tree, whatever the charset
linked_data     what the page says of itself in JSON-LD
evidence        candidates for a field, each with its source
title authors dates language site      one field each: who claims what, and the rule that decides
lines bylines datelines names moments  how pages show such things, and how they are read
siblings        what the pages of one site call each other
text            the article's words: a cascade of extractors
prepare         what misleads extractors, taken out of their copy
quicker         the extractor itself, with less work
align keep      the page's own markup for those words
restore trim    what they lost of the article, and what they took that is none of it
code code_language                     code blocks as the author typed them
safe            html that may be stored
render markdown plain text and markdown, made from it
not_an_article  pages that hold none, and how we know
quality         how sure we are, with reasons
similar         fingerprints that find near duplicates
"""
