"""The journey of a URL, from an address that someone pasted to an article in the catalogue.

runs        launched, paused, cancelled, begun again: addresses and wishes become a Run and its `discover` task
tasks       the canvas: a chord of fetch -> extract -> store chains for each wave of URLs, summarise as its body
queues      every stage has one queue and one kind of worker; named here and nowhere else
stage       what every stage shares: its name, its retries, failure as a value, the journey's row, its log
ledger      the journey's row, moved by one statement on entering a stage and one on leaving it
publishing  a wave's messages, made after one specimen and sent together

exploring   discover: the run's wish -> what `discovery` finds, remembering what each source said
discovery   start addresses -> candidates: which URLs are articles, and how we know (pure)
planning    candidates -> journeys, in waves; and which wave goes out next
snapshots   fetch: URL -> stored page, through `fetching`
fetching    polite, bounded, never inside the network; `hosts` keeps the pace across all workers
drafts      extract: stored page -> draft, through `extraction`
extraction  page -> text, title, author, date, code, and how good it is (pure)
storage     store: draft -> article in the catalogue, once
summary     summarise: what came of every URL, in numbers that add up

chords      the accounting that tells when all chains of a chord have ended, exactly once
reconciler  sends again what is due and nobody has in hand, so that every run ends; keeps workers fed
beat        the clock that sends for the reconciler, for jobs and for pruning
changing    another limit, other patterns or further addresses for a run that is on
adding      discover again: what the further addresses lead to, in further waves
jobs        wishes kept under a name, with schedules; comparison tells what changed between two runs
monitor     queues and logs, for people
access      roles, tokens, who changed what, webhooks
api         the pages for programs: the same verbs and filters as JSON
"""
