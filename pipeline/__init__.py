"""The journey of a URL, from an address that someone pasted to an article in the catalogue.

runs        the life of a run: launch, pause, resume, cancel, edit; jobs, schedules and the reconciler
tasks       the canvas: a chord of fetch -> extract -> store chains, with summarise as its body
journeys    the life of one URL: what every stage shares, its row, its retries
discovery   discover: start addresses -> article URLs, then rows in the database
fetching    fetch: URL -> stored page; polite, bounded, never inside the network
extraction  extract: stored page -> text, title, author, date, code, quality
storage     store: draft -> article in the catalogue, once
summary     summarise: what came of every URL, in numbers that add up

broker      queues, messages, publishing and chord accounting: everything about Celery and RabbitMQ
models      the rows, a file for each noun
monitor     logs, queues and workers, for people; pruning
access      roles, permissions, tokens, the audit log, webhooks
diagnosis   why a URL is not in the catalogue
exports     WARC and Markdown
backup      the database into a file on time, and back
linkcheck   whether the originals of stored articles are still there
http        conditional responses, pages during an outage
core        records, failures, reasons, URLs, serialization: imports nothing of the other rooms

web         the pages
api         the same actions and filters as JSON
management  the commands
"""
