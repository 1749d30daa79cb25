"""Files that are something else: how the first bytes of each look, and the command that converts it."""

import re
from typing import NamedTuple

import orjson

from app.domain.dataset_file.plain_lines import (
    Clean,
    behind_prefix,
    event_data,
    from_python,
    without_fence,
)
from app.domain.dataset_file.tables import TableFormat, find_table
from app.domain.findings import Problem

_CONVERT = "Convert it: lora convert FILE out.jsonl"
_WITH_PYTHON = (
    "python3 -c 'import json, sys, yaml; [print(json.dumps(r)) for r in yaml.safe_load(sys.stdin)]'"
)
_NAMED = re.compile(rb'"[^"\n]{1,60}"\s*:')  # a name as JSON wants it
_LIST = re.compile(rb"\[\s*\{")
_SPACE = b" \t\r\n"
_QUOTES = "(?:\u2018|\u2019|\u201c|\u201d|\u201e|\u00ab)"


class Signature(NamedTuple):
    """How a format begins, behind white space; a certain one holds although some lines are records."""

    found: str
    remedy: str
    start: re.Pattern[bytes]
    is_certain: bool = False
    clean: Clean | None = None  # makes JSON of each line


def _text(
    start: str, found: str, remedy: str, *, is_certain: bool = False, clean: Clean | None = None
) -> Signature:
    flags = re.IGNORECASE | re.DOTALL | re.VERBOSE
    return Signature(found, remedy, re.compile(start.encode(), flags), is_certain, clean)


def _bytes(start: bytes, found: str, remedy: str) -> Signature:
    return Signature(found, remedy, re.compile(start, re.DOTALL), is_certain=True)


BINARY = (
    _bytes(
        rb"PK\x03\x04.{0,8000}?(?:xl/|\[Content_Types\])", "an Excel or Word file (a ZIP archive)",
        "Save it as CSV UTF-8 in Excel or LibreOffice, then: lora convert FILE.csv out.jsonl",
    ),
    _bytes(
        rb"\xd0\xcf\x11\xe0", "an old Excel or Word file",
        "Save it as CSV UTF-8 in Excel or LibreOffice, then: lora convert FILE.csv out.jsonl",
    ),
    _bytes(rb"PK\x03\x04", "a ZIP archive", "Unpack it: unzip -p FILE > out.jsonl"),
    _bytes(rb"\x1f\x8b", "a gzip archive in a gzip archive", "Unpack it once: gunzip -c FILE > out.jsonl.gz"),
    _bytes(rb"BZh", "a bzip2 archive", "Unpack it: bunzip2 -c FILE > out.jsonl"),
    _bytes(rb"\xfd7zXZ\x00", "an xz archive", "Unpack it: xz -dc FILE > out.jsonl"),
    _bytes(rb"7z\xbc\xaf", "a 7-Zip archive", "Unpack it: 7z e -so FILE > out.jsonl"),
    _bytes(rb"\x28\xb5\x2f\xfd", "a Zstandard archive", "Unpack it: zstd -dc FILE > out.jsonl"),
    _bytes(rb"PAR1", "a Parquet file", f"{_CONVERT} (with the extra `parquet`)"),
    _bytes(
        rb"ARROW1|\xff{4}", "an Arrow file",
        'Convert it: python3 -c \'import datasets; datasets.Dataset.from_file("FILE").to_json("out.jsonl")\'',
    ),
    _bytes(rb"%PDF-", "a PDF document", "Copy its texts into records, one on each line."),
    _bytes(
        rb"SQLite format 3", "an SQLite database",
        "Convert a table: sqlite3 -json FILE 'select * from TABLE' | jq -c '.[]' > out.jsonl",
    ),
    _bytes(rb"\{\\rtf", "an RTF document", "Save it as plain text in UTF-8."),
    _bytes(rb"\x89PNG|\xff\xd8\xff|GIF8", "an image", "Upload the file with the texts."),
    _bytes(rb"\x80[\x02-\x05]", "a Python pickle", "Write the records with json.dumps, one on each line."),
    _bytes(rb".{257}ustar", "a tar archive", "Unpack it: tar -xOf FILE > out.jsonl"),
)  # fmt: skip

TEXT = (
    _text(
        r"<!doctype\ html | <html[\s>] | <head[\s>] | <body[\s>]",
        "an HTML page (a download that needed a login?)",
        "Download the file itself: sign in, or send your token along (curl -L -H 'Authorization: ...').",
        is_certain=True,
    ),
    _text(
        r"version\ https://git-lfs", "a Git LFS pointer, which stands for the real file",
        "Get the file itself: git lfs pull, or download it from its page.",
        is_certain=True,
    ),
    _text(
        r"(?:```|~~~)", "a Markdown document, with the records in a code fence",
        "Remove the fence: sed '/^[`~]\\{3\\}/d' FILE > out.jsonl, or lora convert FILE out.jsonl",
        is_certain=True, clean=without_fence,
    ),
    _text(
        r"<\?xml | <!-- | <[a-z][\w:.-]*(?:\s|/?>)", "an XML document",
        "Write each record as JSON on a line of its own; xq -c . FILE (of the package yq) shows it as JSON.",
    ),
    _text(
        r"(?:(?:event|id|retry):[^\n]*\n|:[^\n]*\n|\s)*+data:",
        "a stream of server-sent events (data: lines)",
        f"{_CONVERT}, or sed -n 's/^data: *//p' FILE | grep '^{{' > out.jsonl",
        clean=event_data,
    ),
    _text(
        r"[\[({<]? (?: \d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d | [a-z]{3}\ +\d+\ \d\d:\d\d:\d\d\ "
        r"| (?:(?-i:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)\b[\]>)]?[:\s|]) )",
        "lines of a log",
        f"{_CONVERT} (it takes what follows the first {{), or sed -n 's/^[^{{]*{{/{{/p' FILE > out.jsonl",
        clean=behind_prefix,
    ),
    _text(
        r"(?:\[\s*)?\{\s*'", "written with single quotes, as Python shows it",
        f"{_CONVERT}; or write the records with json.dumps.",
        clean=from_python,
    ),
    _text(
        rf"(?:\[\s*)?\{{\s*{_QUOTES}", "written with typographic quotes",
        "Write it again with straight quotes; sed 's/[\u201c\u201d]/\"/g' FILE > out.jsonl is right "
        "only where no text holds such quotes.",
    ),
    _text(
        r"(?:\[\s*)?\{\s*(?://|/\*|[a-z_$][\w$]*\s*:)"
        r"| (?:export|module\.exports|const|let|var)\b[^\n]*[=({\[]",
        "JavaScript or JSON5, whose names have no quotes",
        "Write the records with JSON.stringify; for files of data: npx json5 FILE | jq -c '.[]?' > out.jsonl",
    ),
    _text(
        r"(?:insert\s+into|create\s+table|drop\s+table|--\ [a-z]+\ dump)\b", "an SQL dump",
        "Export the table as CSV instead, then: lora convert FILE.csv out.jsonl",
    ),
    _text(
        r"\|[^\n]*\|[ \t\r]*\n[ \t]*\|?[ \t]*:?-+", "a Markdown table",
        "Save it as CSV, then: lora convert FILE.csv out.jsonl",
    ),
    _text(
        r"(?:\#+\ *)?\**(?-i:Human|User|Assistant|System|Instruction|Question|Q)\**\ *:", "a transcript",
        'Write each dialogue as a record: {"messages": [{"role": "user", "content": ...}, ...]}',
    ),
    _text(
        r"%yaml | ---[ \t]*\r?\n | -[ \t]+[\"']?[a-z_][\w -]*[\"']?[ \t]*:(?:[ \t]|\r?\n)"
        r"| [a-z_][\w-]*[ \t]*:(?:[ \t]*[|>]?[-+]?\r?\n[ \t-]"
        r" | [ \t]+\S[^\n]*\n\s*(?:-[ \t]+)?[a-z_][\w-]*[ \t]*:)",
        "a YAML document",
        f"Convert it: {_WITH_PYTHON} < FILE > out.jsonl",
    ),
    _text(
        r"\[{1,2}[\w.\" -]+\]{1,2}[ \t]*\r?\n\s*[\w.-]+[ \t]*=", "a TOML or INI file",
        "Write each record as a JSON object on a line of its own.",
    ),
)  # fmt: skip

_ERROR_WORDS = {"error", "errors", "detail", "details", "message", "msg", "title"}
_BESIDE_ERROR = {
    "code", "status", "statuscode", "status_code", "type", "instance", "success", "ok", "timestamp",
    "path", "request_id", "requestid", "documentation_url", "param", "reason", "trace_id", "data",
    "error_description",
}  # fmt: skip


def find_binary(head: bytes) -> Problem | None:
    """Return the problem of a file whose first bytes are not text, None for text."""
    found = next((row for row in BINARY if row.start.match(head)), None)
    return _problem("file.not_text", found.found, found.remedy) if found else None


def find_signature(head: bytes) -> Signature | None:
    """Recognise another format of text by the first bytes of a file; None for records."""
    start = head.lstrip(_SPACE)
    if start.startswith(b'{"'):
        return None
    rows = [row for row in TEXT if row.start.match(start)]
    if not rows or rows[0].is_certain:
        return rows[0] if rows else None
    if holds_records(head) or (_LIST.match(start) and _NAMED.search(start)):
        return None
    return rows[0]


def find_other_format(head: bytes, *, is_whole: bool) -> Problem | None:
    """Return the problem of a text file that is not JSON Lines nor a JSON document; None for records.

    `is_whole` says that the head is the whole file.
    """
    if signature := find_signature(head):
        return _problem("file.other_format", signature.found, signature.remedy)
    if is_whole and _is_error_answer(head):
        remedy = "Ask for the file again, with the right address and token; this is what came instead."
        return _problem("file.other_format", "the error answer of a server", remedy)
    if table := find_readable_table(head, is_whole=is_whole):
        return _problem("file.other_format", f"a {table.name} with the columns {table.heading}", _CONVERT)
    return None


def find_readable_table(head: bytes, *, is_whole: bool) -> TableFormat | None:
    """Recognise a table that is not JSON."""
    if head.lstrip(_SPACE)[:1] in (b"{", b"[") or holds_records(head):
        return None
    return find_table(head, is_whole=is_whole)


def holds_records(head: bytes) -> bool:
    """Return whether a line among the first bytes is a JSON object: then it is JSON Lines, with bad lines."""
    return any(_is_object(line) for line in head.split(b"\n") if line.strip().startswith(b"{"))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line.strip(b" \t\r,")), dict)
    except orjson.JSONDecodeError:
        return False


def _is_error_answer(text: bytes) -> bool:
    """Recognise an object that holds nothing but an error and what goes with it."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    names = {name.lower() for name in value} if isinstance(value, dict) else set()
    return bool(names & _ERROR_WORDS) and names <= _ERROR_WORDS | _BESIDE_ERROR


def _problem(code: str, found: str, remedy: str) -> Problem:
    return Problem(code, detail={"found": found, "suggestion": remedy})
