"""Backups: everything that lasts, in a file, on time; and back.

take        a backup from start to end: dump, check, keep, copy, record, tell
dump        pg_dump and pg_restore, and the count of what a file holds
schedule    when the next one is due, and since when one is overdue
erased      the list of what was erased, beside the backups
keep        which of the older ones stay
storage     the copy in a bucket that speaks S3
receivers   who is told that one failed or is overdue
restore     the database back to a file, and what has to be done afterwards
"""
