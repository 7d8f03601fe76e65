"""Erasing for good: all of a source, or what fits a URL pattern, and every trace of it.

requests  what somebody asks for: preview, start
listed    the list of what was erased, and lists of former times
work      doing it in small transactions, each of which knows where the last one ended
batch     a few articles with all that belongs to them
traces    what else quotes them: log lines, imports, runs, caches, counts
"""
