"""Watches: somebody is told what is new in a saved view.

matching     which of the articles that were stored since are in which view
compose      deliveries made of what was not told yet
content      what a delivery says of its articles
unsubscribe  the link in a mail that stops it, without a session
form         what people choose
"""
