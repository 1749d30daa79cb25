"""File signatures: recognise from the first bytes a file that is not readable text."""

from app.domain.findings import Problem

BOM = b"\xef\xbb\xbf"

_SIGNATURES = {
    b"\x1f\x8b": "a gzip archive",
    b"PK\x03\x04": "a ZIP archive (or an Excel or Word file)",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"%PDF-": "a PDF document",
    b"SQLite format 3": "an SQLite database",
}
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def check_signature(head: bytes) -> Problem | None:
    """Return the reason why a file that begins with `head` cannot be read as UTF-8 text; None if it can."""
    for magic, kind in _SIGNATURES.items():
        if head.startswith(magic):
            return Problem("file.not_text", detail={"found": kind})
    if head.startswith(_WIDE_BOMS) or _is_wide_ascii(head[:4]):
        return Problem("encoding.not_utf8", detail={"found": "the file is UTF-16 or UTF-32"})
    return None


def _is_wide_ascii(head: bytes) -> bool:
    """Recognise ASCII in UTF-16 or UTF-32 without a byte order mark: one byte in two, or four, is not NUL."""
    return bytes(map(bool, head)) in (b"\1\0\1\0", b"\0\1\0\1", b"\1\0\0\0", b"\0\0\0\1")
