"""How well the search answers: questions from the texts by which authors link to articles.

    make search CORPUS=DIR | EXPORT=articles.jsonl   [SEED=7] [MAX=2000]

corpus     articles of a folder of pages or of an export, into a database of the tool's own
questions  what an author calls an article that they link to: a question with its right answers
ranks      where the answers stand in what the search finds, with each signal and without it
report     the tables
"""
