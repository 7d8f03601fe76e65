"""What a person can do to a run, by the word in its address."""

from pipeline.runs import control, redo

VERBS = {
    "cancel": control.cancel,
    "pause": control.pause,
    "resume": control.resume,
    "retry": redo.retry_failed,
}
