"""Live runs, watched once a second on every screen that shows their numbers.

    make watch RUNS=10 [SEED=7]

screens         reads the numbers of a run off the pages, the API and the metrics
contradictions  what must hold of what was read
watching        one run, read until it is over
"""
