"""Start addresses in, article URLs out: every article of a blog, nothing else, and where each was
found.

`discover.discover` crawls each start address by itself, and puts what was found together:

1. The start page is requested, then robots.txt. `frontier.location` says where the site is,
   `frontier.crawler` keeps the queue of its sources, the most telling first: feeds, sitemaps,
   archives, sections, years, pages of lists, tags. `frontier.links` says which sources a source
   leads to, `frontier.budget` which of them are still worth a request, `frontier.source_fetch`
   requests them within bounds, and `frontier.source_memory` keeps what they say for the next run.
2. `readers` turn bytes into a ParsedSource. `readers.sniff` tells by the first bytes what they
   are; feeds, sitemaps and pages each have a reader; `readers.link_context` says where in a page
   a link stands, and `readers.dates` reads dates.
3. `scoring.evidence` gathers under its key all that the sources say of a URL. After each source,
   `scoring.site_profile` learns from it what this site's articles look like: the shapes of their
   URLs (`urls.patterns`), the lists that hold them, and whether a list is whole.
4. Where no feed and no list with dates was found, the crawl looks further: at the whole host
   instead of a folder, at the pages that menus lead to, at one article. Where no source holds
   all articles, it looks at the folders in which they lie.
5. `scoring.score` says of each URL how sure it is an article, and why; `scoring.select` applies
   a person's filters (`urls.scope`, `urls.match`), order, skip and limit.
6. `frontier.report` says of each start address in one line what was found, how it was decided,
   what limited it and what to try.

Rules that people made for a site (`urls.site_rules`: a feed, a sitemap, a list or a pattern of
URLs, pinned or forbidden) go before all of this; `frontier.crawl_rules` applies them and says what
came of each. `frontier.learned` sums up what a site taught.

All this is pure: it fetches through a function that it is given. The rest of the room works for
a run: `stage` calls it and writes the URLs that it found, as `decide` (pure, too) says;
`source_cache` keeps what each source says for the next run; `site_knowledge` keeps the rules and
what was learned; `additions` writes what is added to a run later.
"""
