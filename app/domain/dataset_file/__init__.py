"""Read dataset files: bytes in any portions become elements, for every form and compression."""

from app.domain.dataset_file.elements import NO_RECORDS, Element, ElementKind, FileLimits
from app.domain.dataset_file.file_reader import FileReader

__all__ = ["NO_RECORDS", "Element", "ElementKind", "FileLimits", "FileReader"]
