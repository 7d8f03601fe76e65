"""What the product costs, beside the bare library and a peer, on the same pages in one run: see
docs/performance.md.

    make bench [SIZES=100,1000,10000] [REPEAT=3] [PARTS=limit,peer,whole,stub,publisher,memory]
    [CORPUS=DIR] [QUICK=1]

pages       blog pages out of a seed, like real ones in size, shape and cost
library     all pages of a run in one file that every process maps into its memory; or those of a
            corpus
blog        a process that serves the file under several hosts on loopback
limit       the bare extractor over the same bytes, one process a core
peer        the same pages by Scrapy, which runs peer_spider in an environment of its own
product     the whole product, launched and watched; stub is its worker without extraction
profiles    the product as `gleaner up` runs it, by process: at rest and under a run
usage       CPU and memory of process trees
statements  what PostgreSQL was asked, from its log
report      medians, the table, the JSON line
document    docs/performance.md, written from docs/performance.json
"""
