"""Read the records and examples in a dataset file of any form."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from sys import maxsize
from typing import Any

import orjson

from app.domain.dataset_file import NO_RECORDS, Element, ElementKind, FileLimits, FileReader
from app.domain.records.shapes import Example, RecordError, Shape, is_meta, to_example
from app.domain.records.wrapped_rows import unwrap

_PAIR_FIELDS = (
    "id",
    "conversation_id",
    "turn_number",
    "conversation_metadata",
    "system_prompt",
    "conversation_history",
    "current_user_input",
    "emotional_context",
    "target_response",
    "training_metadata",
)


_WRAPPED_ROW = {"row", "row_idx", "truncated_cells"}  # as data sets are served row by row


def read_examples(portions: Iterable[bytes], shape: Shape) -> Iterator[Example]:
    """Convert the records of a validated file, in any form; other elements are skipped.

    Records of weight 0 are left out, as in validation: they are in neither part of the split.
    Raises RecordError or ValueError where validation would have refused the file.
    """
    for element in read_elements(portions):
        line, source, *_ = element.place
        record = extract_record(element, orjson.loads(source)) if source and not source.isspace() else None
        for row, row_record in unwrap(element, record) if record is not None else ():
            example = to_example(row_record, shape, line, default_id(row))
            if example.trained:
                yield example


def read_elements(portions: Iterable[bytes]) -> Iterator[Element]:
    """Split a validated file into elements; raises RecordError where it cannot be read."""
    reader = FileReader(FileLimits(max_bytes=maxsize, max_line_bytes=maxsize // 2))
    for element in chain(chain.from_iterable(map(reader.feed, portions)), _last_elements(reader)):
        if element.problem and element.problem.is_error:
            raise RecordError(element.problem, element.place.line)
        yield element


def extract_record(element: Element, value: Any) -> Any:
    """Return the record in an element's parsed value, None if it has none; archive pairs get their ids.

    User turns in an archive have a null target: they are not records.
    """
    if element.kind is ElementKind.PAIR and isinstance(value, dict):
        is_user_turn = "target_response" in value and value["target_response"] is None
        return None if is_user_turn else archive_pair(value, element.conversation)
    if element.kind in NO_RECORDS:
        return None
    if not isinstance(value, dict):
        return value
    if "row" in value and value.keys() <= _WRAPPED_ROW and isinstance(value["row"], dict):
        return value["row"]
    return None if is_meta(value) else value


def archive_pair(pair: dict[str, Any], conversation: str | None) -> dict[str, Any]:
    """Convert an archive's pair to a record: ids by conversation, fields in their published order."""
    if conversation is not None:
        own = {"id": f"{pair['id']}_{conversation[:8]}"} if isinstance(pair.get("id"), str) else {}
        pair = pair | own | {"conversation_id": conversation}
    return {name: pair[name] for name in _PAIR_FIELDS if name in pair} | pair


def meta_line(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Make the `_meta` line from an archive's metadata."""
    declared = {"file_name": "file_name", "total_pairs": "total_training_pairs", "version": "version"}
    return {"_meta": {name: metadata.get(source) for name, source in declared.items()}}


def default_id(element: Element) -> str | None:
    """Name a record of a document by its path, for records without ids that share a line; else None."""
    line, _, _, path = element.place
    if not path:
        return None
    head = f"line-{line}" if element.kind is ElementKind.ROW else "record"
    return f"{head}-{'-'.join(map(str, path))}"


def _last_elements(reader: FileReader) -> Iterator[Element]:
    """Finish the reader only once all other elements were taken."""
    yield from reader.finish()
