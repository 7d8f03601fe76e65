"""A bucket that speaks S3, as the second place of backups."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from pipeline.backup.errors import BackupError
from pipeline.backup.keep import Rule, moment_of, to_remove

CONNECT_SECONDS = 10
READ_SECONDS = 120
TRIES = 3
PART_BYTES = 16_000_000  # of an upload, which takes 10,000 parts at most


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where copies go."""

    client: Any
    name: str
    prefix: str

    def upload(self, file: Path) -> None:
        """Copy a backup there, and see that it arrived. Raises BackupError."""
        size = file.stat().st_size
        part_size = max(PART_BYTES, size // 9_000)
        with _named_failures():
            self.client.fput_object(
                self.name, self._key(file.name), str(file), part_size=part_size
            )
            arrived = self.client.stat_object(self.name, self._key(file.name)).size
        if arrived != size:
            raise BackupError(
                f"{arrived:,} bytes of {size:,} arrived in the bucket {self.name}"
            )

    def names(self) -> list[str]:
        """Return the names of the backups there, the oldest first. Raises BackupError."""
        with _named_failures():
            listed = self.client.list_objects(self.name, prefix=self.prefix)
            names = [item.object_name.removeprefix(self.prefix) for item in listed]
        return sorted(name for name in names if moment_of(name))

    def prune(self, rule: Rule) -> list[str]:
        """Remove the copies that the rule does not keep; return their names. Raises BackupError."""
        gone = to_remove(self.names(), rule)
        with _named_failures():
            for name in gone:
                self.client.remove_object(self.name, self._key(name))
        return gone

    def download(self, name: str, directory: Path) -> Path:
        """Fetch a copy into the directory; return its file. Raises BackupError."""
        file = directory / name
        with _named_failures():
            self.client.fget_object(self.name, self._key(name), str(file))
        return file

    def read_text(self, name: str) -> str:
        """Return what a small object holds; nothing where there is none. Raises BackupError."""
        from minio.error import S3Error

        with _named_failures(), TemporaryDirectory() as directory:
            file = Path(directory) / name
            try:
                self.client.fget_object(self.name, self._key(name), str(file))
            except S3Error as error:
                if error.code != "NoSuchKey":
                    raise
                return ""
            return file.read_text()

    def write_text(self, name: str, text: str) -> None:
        """Replace a small object. Raises BackupError."""
        content = text.encode()
        with _named_failures():
            self.client.put_object(
                self.name,
                self._key(name),
                BytesIO(content),
                len(content),
                content_type="text/plain",
            )

    def _key(self, name: str) -> str:
        return f"{self.prefix}{name}"


def bucket() -> Bucket | None:
    """Return the bucket that the settings name; None where they name none. Raises BackupError."""
    chosen = settings.BACKUP_S3
    if chosen is None:
        return None
    # Here, since nothing else of the product needs it
    import urllib3
    from minio import Minio

    address = urlsplit(chosen.endpoint)
    retries = urllib3.Retry(
        total=TRIES, backoff_factor=1, status_forcelist=[500, 502, 503, 504]
    )
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    with _named_failures():
        client = Minio(
            address.netloc,
            access_key=chosen.access_key,
            secret_key=chosen.secret_key,
            region=chosen.region or None,
            secure=address.scheme == "https",
            http_client=urllib3.PoolManager(retries=retries, timeout=timeout),
        )
    prefix = f"{chosen.prefix}/" if chosen.prefix else ""
    return Bucket(client, chosen.bucket, prefix)


@contextmanager
def _named_failures() -> Iterator[None]:
    """Turn what the bucket or the way there says into a sentence, which holds no key."""
    from minio.error import MinioException, S3Error
    from urllib3.exceptions import HTTPError

    try:
        yield
    except S3Error as error:
        raise BackupError(
            f"the bucket answered {error.code}: {error.message}"
        ) from error
    except (MinioException, HTTPError, OSError, ValueError) as error:
        reason = str(error).strip() or type(error).__name__
        raise BackupError(f"the bucket cannot be used: {reason[:300]}") from error
