"""Feeds out: what a saved view, a label, a source or a search holds, for a feed reader.

Each has an address with a secret that opens this feed and nothing else.

addresses  making, opening and revoking feeds
pages      the whole history as pages that stay the same (RFC 5005)
images     their images from their own sites, or through this server
formats    Atom and JSON Feed
"""
