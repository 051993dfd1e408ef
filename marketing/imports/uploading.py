"""Uploads past the limit are read and thrown away, instead of filling the disk first."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

_FRAME = 64 * 1024  # of the other fields and the boundaries


class Bounded(FileUploadHandler):
    """First of the handlers: the request says how large it is before anything is kept."""

    is_too_large = False

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any,  # noqa: N803
        encoding: Any = None,
    ) -> None:  # fmt: skip
        self.is_too_large = content_length > settings.MAX_IMPORT_BYTES + _FRAME

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.is_too_large:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps it."""
