"""What a backup or a restore cannot do, as one sentence."""


class BackupError(Exception):
    """Its text says what to do."""
