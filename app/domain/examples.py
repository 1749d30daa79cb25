"""From a file to records and examples: what each piece of it holds, whatever its form."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from sys import maxsize
from typing import Any

import orjson

from app.domain.dataset_file import FileLimits, FileReader, Kind, Piece
from app.domain.shapes import Example, Shape, is_meta, to_example

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


def read_examples(portions: Iterable[bytes], shape: Shape) -> Iterator[Example]:
    """Convert the records of a validated file, in any form, skipping what is none.

    Raises RecordError or ValueError for what validation would have refused.
    """
    for piece in read_pieces(portions):
        line, source, *_ = piece.place
        record = record_of(piece, orjson.loads(source)) if source and not source.isspace() else None
        if record is not None:
            yield to_example(record, shape, line, name_of(piece))


def read_pieces(portions: Iterable[bytes]) -> Iterator[Piece]:
    """Cut a file that was validated into its pieces; raises ValueError where it cannot be read."""
    reader = FileReader(FileLimits(max_bytes=maxsize, max_line_bytes=maxsize // 2))
    for piece in chain(chain.from_iterable(map(reader.feed, portions)), _ending(reader)):
        if piece.problem and piece.problem.is_error:
            raise ValueError(f"the file cannot be read: {piece.problem.code}")
        yield piece


def record_of(piece: Piece, value: Any) -> Any:
    """The record in the parsed value of a piece: itself, an archive's pair renamed, None for the rest.

    Turns of the user in an archive have a null target: they are no records.
    """
    if piece.kind is Kind.PAIR and isinstance(value, dict):
        is_user_turn = "target_response" in value and value["target_response"] is None
        return None if is_user_turn else archive_pair(value, piece.conversation)
    if piece.kind in (Kind.METADATA, Kind.CONTEXT):
        return None
    return None if isinstance(value, dict) and is_meta(value) else value


def archive_pair(pair: dict[str, Any], conversation: str | None) -> dict[str, Any]:
    """A pair of an archive as a line of its own: ids by conversation, fields in their published order."""
    if conversation is not None:
        own = {"id": f"{pair['id']}_{conversation[:8]}"} if isinstance(pair.get("id"), str) else {}
        pair = pair | own | {"conversation_id": conversation}
    return {name: pair[name] for name in _PAIR_FIELDS if name in pair} | pair


def meta_line(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The `_meta` line that says what an archive's metadata say."""
    declared = {"file_name": "file_name", "total_pairs": "total_training_pairs", "version": "version"}
    return {"_meta": {name: metadata.get(source) for name, source in declared.items()}}


def name_of(piece: Piece) -> str | None:
    """What tells a record without ids from others on its line: its place in the document."""
    path = piece.place.path
    return f"record-{'-'.join(map(str, path))}" if path else None


def _ending(reader: FileReader) -> Iterator[Piece]:
    """The last pieces, asked for only when all others were taken."""
    yield from reader.finish()
