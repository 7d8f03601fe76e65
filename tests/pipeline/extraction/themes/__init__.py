"""The same posts in the markup of many publishing systems, to see that they come back whole.

posts      what is written: blocks, in our own words
platforms generators generated hosted builders documents weblogs personal
           how each system renders a block and what it puts around a post
compare    what of a post an extraction kept, lost, or took from the surroundings
"""

from tests.pipeline.extraction.themes import (
    builders,
    documents,
    generated,
    generators,
    hosted,
    personal,
    weblogs,
)

__all__ = [
    "builders",
    "documents",
    "generated",
    "generators",
    "hosted",
    "personal",
    "weblogs",
]  # imported, so that their systems are registered
