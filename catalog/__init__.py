"""The nouns: what a reader browses. Runs, tests and migrates with no broker and no pipeline."""
