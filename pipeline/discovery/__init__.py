"""Start addresses in, article URLs out: every article of a blog, nothing else, and where each was found.

scope       what was wished for, and what belongs to the site
asking      one source: conditional request, bounds, what came of it
sniffing    what kind of source a body is
reading     a body read by the reader of its kind: feeds, sitemaps, pages (places: where a link stands)
leads       which further sources a source names
survey      which source to ask next
economy     when asking further is not worth it
evidence    what all sources say of each URL
folded      how records of 50,000 URLs are held
shapes      URLs with their slugs and numbers blanked
learning    what the site's own evidence says of its articles' shapes and lists
judging     article or not: a score with reasons
choosing    filters, order, skip and limit
memory      what the next run should know of each source
"""
