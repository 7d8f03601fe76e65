"""Collects the texts of pages into the catalogues of each language."""
