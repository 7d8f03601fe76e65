"""Whether the originals of stored articles are still there: looked at slowly, and marked where they
are gone.

judge   what an answer means, and what follows from it: pure
due     which article is looked at next, within the limits for a day and for a host
check   looks, and writes down what came of it
tasks   the task that beat sends
"""
