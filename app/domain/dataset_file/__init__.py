"""Dataset files: from bytes in any portions to records, whatever the form and the compression."""

from app.domain.dataset_file.elements import FileLimits, Kind, Piece
from app.domain.dataset_file.file_reader import FileReader

__all__ = ["FileLimits", "FileReader", "Kind", "Piece"]
