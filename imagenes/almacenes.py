"""Files on the disk, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class Disco(FileSystemStorage):
    """Django's, but a file appears when it is complete, in the place of an older one; a full disk leaves no half of it."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File[Any]) -> str:
        destino = Path(self.path(name))
        destino.parent.mkdir(parents=True, exist_ok=True)
        descriptor, ruta = tempfile.mkstemp(dir=destino.parent, prefix=".", suffix=".tmp")
        provisional = Path(ruta)
        try:
            with os.fdopen(descriptor, "wb") as archivo:
                for trozo in content.chunks():
                    archivo.write(trozo)
            if self.file_permissions_mode is not None:
                provisional.chmod(self.file_permissions_mode)
            provisional.replace(destino)
        except BaseException:
            provisional.unlink(missing_ok=True)
            raise
        return str(name)
