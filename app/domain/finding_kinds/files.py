"""Findings about the bytes of a file: its form, encoding, lines and JSON."""

from app.domain.finding_kinds.kind import FindingKind, error, info, warning

FILES: dict[str, FindingKind] = {
    "file.empty": error(
        "There is nothing to train on: {found}.",
        "Do what the other findings suggest, or upload a file with one training example on each line.",
    ),
    "file.too_large": error(
        "The file is larger than the limit of {limit} bytes.",
        "Split it into smaller files, or leave out examples.",
    ),
    "file.truncated_gzip": error(
        "The gzip file {found}.", "Pack the file again, check it with `gzip -t`, and upload it anew."
    ),
    "file.decompression_bomb": error(
        "The gzip file unpacks to more than {limit} times its size.",
        "No training data packs so well: upload the text itself if it is meant to be so.",
    ),
    "file.not_text": error(
        "The file is not plain text: it looks like {found}.",
        "{suggestion}",
    ),
    "file.other_format": error("The file is not JSON Lines: it is {found}.", "{suggestion}"),
    "file.changed": error(
        "The file is no longer the one that was validated before.", "Upload the file again as a new dataset."
    ),
    "file.checksum_mismatch": error(
        "The SHA-256 of the file is {found}, but {expected} was announced for it.",
        "The upload was damaged or is another file: upload it again.",
    ),
    "encoding.not_utf8": error(
        "The text is not valid UTF-8: {found}.", "Save the file with the encoding UTF-8 and upload it again."
    ),
    "encoding.bom": warning(
        "The file starts with a byte order mark, which is not part of the text.",
        "Nothing must be done: the mark is ignored. Saving as UTF-8 without BOM removes it.",
    ),
    "encoding.nul": error(
        "The text holds a NUL character (code 0), which no text should hold.",
        "Remove the character; it often comes from a damaged export.",
    ),
    "encoding.invisible": warning(
        "An invisible character stands {where} a record: {found}; so on {times} lines, first here.",
        "Nothing must be done: it is ignored. Leaving it out makes the file readable for other tools.",
    ),
    "line.too_long": error(
        "The line is longer than the limit of {limit} bytes.",
        "Put each record on a line of its own, or shorten this record.",
    ),
    "line.blank": info("The line is blank and is skipped.", "Nothing must be done."),
    "line.comma": warning(
        "A comma stands {where} a record; so on {times} lines, first here.",
        "Nothing must be done: commas between records are ignored. sed 's/,$//' FILE removes them.",
    ),
    "line.spread": info(
        "The records are objects over many lines, one after another.",
        "Nothing must be done. `lora convert FILE out.jsonl` or `jq -c . FILE` writes one a line.",
    ),
    "json.syntax": error("The line is not valid JSON: {found}.", "{suggestion}"),
    "json.too_deep": error(
        "Lists and objects are nested more than {limit} levels deep.",
        "Flatten the record; no training data needs such nesting.",
    ),
    "json.duplicate_key": warning(
        "The name {found} appears more than once in one object; only its last value counts.",
        "Keep one of them.",
    ),
    "json.non_finite_number": error(
        "A number is not finite: {found}.",
        "Replace NaN, Infinity and numbers beyond 1e308 by real ones, or by null.",
    ),
}
