"""The journey of a URL, from an address that someone pasted to an article in the catalogue.

runs        launch: addresses and wishes become a Run, and the Run a `discover` task
discovery   start addresses -> candidates: which URLs are articles, and how we know
queues      every stage has one queue and one kind of worker; named here and nowhere else
tasks       the canvas: a chord of fetch -> extract -> store chains, with summarise as its body
stage       what every stage shares: its name, its retries, failure as a value, the journey's row
fetching    URL -> Page: polite, bounded, never inside the network
extraction  Page -> Draft: text, title, author, date, code, and how good it is
storage     Draft -> Article in the catalogue, once
chords      the accounting that tells when all chains of a chord have ended
summary     what came of every URL, in numbers that add up
"""
