"""The same posts in the markup of many publishing systems, to see that they come back whole.

posts      what is written: blocks, in our own words
platforms  how each system renders a block and what it puts around a post
compare    what of a post an extraction kept, lost, or took from the surroundings
"""
