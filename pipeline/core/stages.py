"""The stages, in the order of the journey."""

STAGES = ("discover", "fetch", "extract", "store", "summarise")


HEADER_STAGES = ("fetch", "extract", "store")  # the chain that every URL runs through
