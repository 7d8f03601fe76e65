"""The rows that the pipeline works on.

A run's journeys are the truth; Celery's events and results are hints.
"""

from pipeline.models.chord import Chord, ChordPart
from pipeline.models.comparison import ComparedRuns
from pipeline.models.erasure import ErasedURL, Erasure, LiftedURL
from pipeline.models.host import Host
from pipeline.models.imports import Import, ImportRow
from pipeline.models.intake import StageIntake
from pipeline.models.job import Job
from pipeline.models.journey import Batch, Journey, JourneyDraft
from pipeline.models.retention import SourceRetention
from pipeline.models.run import Addition, Run, RunEvent
from pipeline.models.snapshot import Body, Image, Snapshot
from pipeline.models.source import (
    KnownFeed,
    LearnedSource,
    SourceCacheEntry,
    SourceRule,
)

__all__ = [
    "Addition",
    "Batch",
    "Body",
    "Chord",
    "ChordPart",
    "ComparedRuns",
    "ErasedURL",
    "Erasure",
    "Host",
    "Image",
    "Import",
    "ImportRow",
    "Job",
    "Journey",
    "JourneyDraft",
    "KnownFeed",
    "LearnedSource",
    "LiftedURL",
    "Run",
    "RunEvent",
    "Snapshot",
    "SourceCacheEntry",
    "SourceRetention",
    "SourceRule",
    "StageIntake",
]
