"""Believable datasets of every shape, made from a seed, and what a check says about them."""

import gzip
import json
from collections.abc import Callable, Iterable
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from app.domain.records.shapes import Shape
from app.domain.validator import CheckLimits, DatasetChecker, DatasetReport

V4, MESSAGES, TURNS, SHAREGPT, PROMPT, ALPACA = SHAPES = tuple(Shape)

LIMITS = CheckLimits(max_line_bytes=40_000, max_seq_length=2000, reserved_tokens=("<|im_end|>",))
UNLIMITED = CheckLimits(max_seq_length=10**9)

OPENING = {V4: "current_user_input", PROMPT: "prompt", ALPACA: "instruction"}
TARGET = {V4: "target_response", PROMPT: "completion", ALPACA: "output"}
LISTED = {MESSAGES: "messages", TURNS: "turns", SHAREGPT: "conversations"}
HISTORY = {**LISTED, V4: "conversation_history"}

UNUSED = "field.unused"

Record = dict[str, Any]

_TOPICS = (
    "a fixed rate",
    "the school fees",
    "my sister's wedding",
    "an index fund",
    "l'épargne",
    "年金",
    "🏠",
)
_MOODS = ("worried", "relieved", "torn", "curious", "ashamed", "proud", "tired")
_ASKS = (
    "I feel {mood} about {topic}: what would you do with {n} euros?",
    'My partner says "leave it": I am {mood} and {topic} costs {n} a year.\nIs that much?',
    "{n} days ago I signed for {topic}.\tNow I am {mood}, was it a mistake?",
    "Is {topic} worth {n}? I am {mood} and C:\\money\\ holds no answer…",
)
_REPLIES = (
    "It makes sense to feel {mood}. With {topic}, {n} is a number you can plan for.",
    "Many people feel {mood} here.\n\n1. Write {n} down.\n2. Look at {topic} again on Sunday.",
    'You could say: "{topic}": {n} this year, and no more. Being {mood} will pass!',
    "Let us take {topic} step by step — {n} first, the rest later. You may be {mood}, and still decide.",
)


def said(number: int, seed: int = 0) -> tuple[str, str]:
    """A question and its answer, unlike those of any other number."""
    random = Random(f"{seed}/{number}")
    words = {"topic": random.choice(_TOPICS), "mood": random.choice(_MOODS), "n": 1000 + number}
    return random.choice(_ASKS).format(**words), random.choice(_REPLIES).format(**words)


def turn(shape: Shape, role: str, content: Any, **more: Any) -> Record:
    """A message in the spelling of its shape; `...` leaves a part out."""
    names = ("from", "value") if shape is SHAREGPT else ("role", "content")
    if shape is SHAREGPT:
        role = {"user": "human", "assistant": "gpt"}.get(role, role)
    return _without_gaps({names[0]: role, names[1]: content, **more})


def record(shape: Shape, number: int, seed: int = 0) -> Record:
    """One training example without a fault; three numbers in turn are one native conversation."""
    question, answer = said(number, seed)
    if shape is V4:
        return _native(number, seed)
    if shape is PROMPT:
        return {"prompt": question, "completion": answer}
    if shape is ALPACA:
        context = {"input": f"Note {number}."} if number % 2 else {}
        return {"instruction": question, **context, "output": answer}
    turns = _dialogue(shape, number, seed)
    if shape is MESSAGES:
        return {"messages": turns}
    names = {"conversation_id": f"c{number // 2}"} if shape is TURNS else {"id": f"s{number}"}
    return {**names, LISTED[shape]: turns}


def _native(number: int, seed: int) -> Record:
    first, index = number // 3 * 3, number % 3
    question, answer = said(number, seed)
    spoken = [text for n in range(first, number) for text in said(n, seed)] + [question]
    history = [
        {"turn": n + 1, "role": ("user", "assistant")[n % 2], "content": text}
        for n, text in enumerate(spoken)
    ]
    return {
        "id": f"p{number}_turn{2 * index + 2}",
        "conversation_id": f"c{first}",
        "turn_number": 2 * index + 2,
        "conversation_metadata": {"client_persona": "Ana", "emotional_arc_key": "worry_to_calm"},
        "system_prompt": "You are a kind coach.",
        "conversation_history": history,
        "current_user_input": question,
        "emotional_context": {"detected": {"primary": "worry", "valence": -0.25}},
        "target_response": answer,
        "training_metadata": {"quality_score": (3, 4.5)[number % 2], "human_reviewed": False},
    }


def _dialogue(shape: Shape, number: int, seed: int) -> list[Record]:
    question, answer = said(number, seed)
    turns = [turn(shape, "user", question), turn(shape, "assistant", answer)]
    if number % 3 == 0:
        turns.insert(0, turn(shape, "system", "You are a kind coach."))
    if number % 3 == 1:
        call = {"id": f"call{number}", "type": "function", "function": {"name": "f", "arguments": "{}"}}
        asked = turn(shape, "assistant", "", tool_calls=[call])
        turns[1:1] = [asked, turn(shape, "tool", '{"rate": 1.5}', tool_call_id=f"call{number}")]
    if number % 3 == 2:
        turns[-1]["weight"] = 0
        turns += [turn(shape, "user", f"And after {number}?"), turn(shape, "assistant", "Then you rest.")]
    return turns


def dump(value: Any, *, ascii: bool = False, spaced: bool = False) -> bytes:
    """Write JSON as most exporters do."""
    separators = (", ", ": ") if spaced else (",", ":")
    return json.dumps(value, ensure_ascii=ascii, separators=separators).encode(errors="surrogatepass")


def line(shape: Shape, number: int, seed: int = 0, /, **changes: Any) -> bytes:
    """The line of a record with these fields changed; `...` leaves a field out."""
    changed = _without_gaps({**record(shape, number, seed), **changes})
    return dump(changed, ascii=number % 2 == 0, spaced=number % 5 == 0)


def alone(field: str, value: Any) -> dict[str, Any]:
    """A field's value; an instruction stands without the input that could replace it."""
    return {field: value, **({"input": ...} if field == "instruction" else {})}


def clean(shape: Shape, n: int, seed: int = 0) -> list[bytes]:
    """Lines without any fault, of at least ten conversations when there are thirty."""
    return [line(shape, number, seed) for number in range(n)]


def joined(lines: Iterable[bytes], end: bytes = b"\n") -> bytes:
    """A file: every line with its line end."""
    return b"".join(text + end for text in lines)


def archive(conversations: int, seed: int = 0) -> Record:
    """A full JSON document of three pairs a conversation, user turns with a null target between."""
    uuids = [str(UUID(int=Random(f"{seed}/{n}").getrandbits(128), version=4)) for n in range(conversations)]
    return {
        "training_file_metadata": {
            "file_name": "coach",
            "version": "4.0.0",
            "total_conversations": conversations,
            "total_training_pairs": 3 * conversations,
        },
        "consultant_profile": {"name": "Elena", "core_philosophy": {"p1": 'Say "yes": then act.'}},
        "conversations": [
            {
                "conversation_metadata": {"conversation_id": uuid, "client_persona": "Ana"},
                "training_pairs": [
                    pair
                    for number in range(3 * index, 3 * index + 3)
                    for pair in (_user_turn(number, seed), _native(number, seed))
                ],
            }
            for index, uuid in enumerate(uuids)
        ],
    }


def _user_turn(number: int, seed: int) -> Record:
    pair = _native(number, seed)
    return {**pair, "id": f"u{number}", "turn_number": pair["turn_number"] - 1, "target_response": None}


def archive_lines(document: Record) -> list[bytes]:
    """The JSON Lines that the document stands for, without the first line for tooling."""
    pairs = (
        (pair, conversation["conversation_metadata"]["conversation_id"])
        for conversation in document["conversations"]
        for pair in conversation["training_pairs"]
    )
    return [
        dump({**pair, "id": f"{pair['id']}_{uuid[:8]}", "conversation_id": uuid})
        for pair, uuid in pairs
        if pair["target_response"] is not None
    ]


def check(data: bytes, cuts: Iterable[int] = (), /, **options: Any) -> DatasetReport:
    """Check a file that is fed in one portion, or cut at these places."""
    checker = DatasetChecker(**{"limits": LIMITS, **options})
    bounds = [0, *sorted(cut for cut in cuts if 0 <= cut <= len(data)), len(data)]
    for start, end in pairwise(bounds):
        checker.feed(data[start:end])
    return _without_unused(checker.report())


def _without_unused(report: DatasetReport) -> DatasetReport:
    """The report without what the census says: planted defects stand in fields that nothing reads."""
    unused = [finding for finding in report.findings if finding.code == UNUSED]
    kept = [finding for finding in report.findings if finding.code != UNUSED]
    counts = {code: times for code, times in report.counts.items() if code != UNUSED}
    warnings = report.warning_count - sum(finding.severity == "warning" for finding in unused)
    return msgspec.structs.replace(report, findings=kept, counts=counts, warning_count=warnings)


def places(report: DatasetReport) -> list[tuple[int, str]]:
    """Line and code of every finding, in order."""
    return sorted((finding.line, finding.code) for finding in report.findings)


def without_hash(report: DatasetReport) -> Record:
    """The report but for what depends on how the same text was packed."""
    whole = msgspec.structs.asdict(report)
    return {name: value for name, value in whole.items() if name not in ("sha256", "size_bytes")}


def zipped(data: bytes, members: int = 1) -> bytes:
    """The bytes as gzip, in as many members, always the same."""
    step = len(data) // members + 1
    return b"".join(gzip.compress(data[at : at + step], mtime=0) for at in range(0, len(data) or 1, step))


def each(shapes: Iterable[Shape], build: Callable[[Shape], Any]) -> dict[Shape, Any]:
    """One value for each shape."""
    return {shape: build(shape) for shape in shapes}


def _without_gaps(value: Record) -> Record:
    return {name: part for name, part in value.items() if part is not ...}
