"""Every page timed against a catalogue of a size that few will reach: `make pages`, or `python -m
tools.big`.

plan      how large each run is, when it was, and what came of it
words     vocabularies in which few words are everywhere and most are rare, as in life
rows      a model's columns as lines for COPY, so that a new column does not break this
articles, links, journeys, events
          the rows themselves, chunk by chunk, the same for the same seed
load      COPY by two processes, indexes made afterwards; the database under .local/big, kept for
          the next time
kept      what people keep: marks, feeds, jobs
pages     what is asked for: each page with the parameters that it is asked with
timing    asks and counts
report    the tables
"""
