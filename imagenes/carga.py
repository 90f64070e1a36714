"""How the body of an upload is read: no more of it than the limits allow, whatever it declares."""

from __future__ import annotations

from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload


class LimiteDeCarga(FileUploadHandler):
    """Goes before Django's own handlers: what it refuses reaches neither memory nor disk.

    `excesivos` names the files that were too large, `sobran` says that there were more files than may come at once.
    """

    def __init__(self, *, campo: str, bytes_por_archivo: int, archivos: int) -> None:
        super().__init__()
        self._campo, self._bytes, self._archivos = campo, bytes_por_archivo, archivos
        self._cuantos = self._leidos = 0
        self.excesivos: list[str] = []
        self.sobran = False

    def new_file(self, field_name: str, *args: object, **kwargs: object) -> None:
        super().new_file(field_name, *args, **kwargs)  # type: ignore[arg-type]
        self._leidos = 0
        self._cuantos += field_name == self._campo
        if self._cuantos > self._archivos:
            self.sobran = True
            raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        # Skipped here and not in new_file: there Django would close the file before this one.
        if self.field_name != self._campo:
            raise SkipFile
        self._leidos += len(raw_data)
        if self._leidos > self._bytes:
            self.excesivos.append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
