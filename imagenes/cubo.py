"""Files in a bucket that speaks S3, with the waits of somebody who has other things to do, and the errors of a disk."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage


class Cubo(S3Storage):
    """The bucket. Raises OSError, FileNotFoundError for what is not there, as a disk does."""

    def get_default_settings(self) -> dict[str, Any]:
        espera = Config(
            s3={"addressing_style": "path"},
            signature_version="s3v4",
            connect_timeout=3,
            read_timeout=10,
            retries={"total_max_attempts": 2},
        )
        return {**super().get_default_settings(), "client_config": espera}

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """Returns the whole file: what breaks off, breaks off here."""
        copia = io.BytesIO()
        with _como_disco():
            self.bucket.Object(self._normalize_name(name)).download_fileobj(copia)
        copia.seek(0)
        return File(copia, name)

    def _save(self, name: str, content: File[Any]) -> str:
        with _como_disco():
            return str(super()._save(name, content))

    def exists(self, name: str) -> bool:
        with _como_disco():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _como_disco():
            super().delete(name)


@contextmanager
def _como_disco() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        falta = error.response.get("Error", {}).get("Code") in {"404", "NoSuchKey"}
        raise (FileNotFoundError if falta else OSError)(str(error)) from error
    except BotoCoreError as error:
        raise OSError(str(error)) from error
