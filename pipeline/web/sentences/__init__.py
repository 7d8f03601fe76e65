"""Sentences that the rooms below write in English, and pages show in the reader's language.

They are kept, logged and sent to programs as they are; `|sentence` translates them. A `%(name)s`
stands for a value, a `%(name)d` for a number. Each has to be in the code of its room word for word,
which a test holds.
"""

from pipeline.web.sentences import (
    backup,
    diagnosis,
    discovery,
    extraction,
    monitor,
    notifications,
    runs,
    urls,
)

SENTENCES = (
    *backup.SENTENCES,
    *diagnosis.SENTENCES,
    *discovery.SENTENCES,
    *extraction.SENTENCES,
    *monitor.SENTENCES,
    *notifications.SENTENCES,
    *runs.SENTENCES,
    *urls.SENTENCES,
)
