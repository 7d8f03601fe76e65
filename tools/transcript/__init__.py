"""`make transcript WAY=make|compose|gleaner`: the first ten minutes of a person who is new here.

It goes through a new clone by the commands of docs/quick-start.md, reads the first article, and
writes down when each step came true. The first that does not ends it, with a sentence.

ways      the commands of each way
reader    what the person does in the browser
program   a command that runs on, and what it prints
journal   the steps and their times; docs/transcripts.md
"""
