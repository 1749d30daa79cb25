"""Dataset files of any size for measuring: seeded, made of the sample with its words shuffled."""

import argparse
import gzip
import hashlib
import json
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache/bench"

_SAMPLE = ROOT / "app/samples/conversations.jsonl"

_SENTENCES = 20_000
# as published conversations are: replies of 1,800 characters, half of them with a dash, in paragraphs
_REPLY_SENTENCES, _INPUT_SENTENCES = (13, 33), (4, 12)
_DASHED, _PARAGRAPHS = 0.03, 0.15  # shares of the sentences

Json = dict[str, Any]


@dataclass(frozen=True)
class Conversation:
    """The pairs of a conversation in the published format; user turns have no target."""

    id: str
    turns: list[Json]


def corpus(kind: str, megabytes: int) -> Path:
    """A file of that kind (one of KINDS) and of that many 10^6 bytes before compression, made once."""
    folder = CACHE / f"corpus-{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]}"
    path = folder / f"{megabytes}{KINDS[kind].suffix}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        making = path.with_name(f"{path.name}.making")
        KINDS[kind].write(making, megabytes * 10**6)
        making.rename(path)
    return path


def conversations(seed: int = 1) -> Iterator[Conversation]:
    """Conversations without end; no two texts are equal, whatever the file's size."""
    rng = random.Random(seed)
    templates = _templates()
    sentences = _shuffled_sentences(rng)
    while True:
        template = rng.choice(templates)
        id = str(UUID(int=rng.getrandbits(128), version=4))
        texts = [
            "".join(rng.choices(sentences, k=rng.randint(*length))).strip()
            for length in (_INPUT_SENTENCES, _REPLY_SENTENCES) * rng.choice((3, 4, 4))
        ]
        yield Conversation(id, [_turn(template, id, number, texts) for number in range(1, len(texts) + 1)])


def _templates() -> list[Json]:
    """The last pair of each conversation in the sample."""
    pairs = [json.loads(line) for line in _SAMPLE.read_text(encoding="utf-8").splitlines()[1:]]
    grouped = groupby(pairs, key=lambda pair: pair["conversation_id"])
    return [list(group)[-1] for _, group in grouped]


def _shuffled_sentences(rng: random.Random) -> list[str]:
    words = [
        word.strip('".,:;?!«»()¿¡…')
        for line in _SAMPLE.read_text(encoding="utf-8").splitlines()[1:]
        for word in json.loads(line)["target_response"].split()
    ]
    words = [word for word in words if word]
    made = []
    for _ in range(_SENTENCES):
        said = rng.choices(words, k=rng.randint(8, 22))
        if rng.random() < _DASHED:
            said.insert(5, "—")
        end = rng.choice("...?!") + ("\n\n" if rng.random() < _PARAGRAPHS else " ")
        made.append(f"{said[0].capitalize()} {' '.join(said[1:4])}, {' '.join(said[4:])}{end}")
    return made


def _turn(template: Json, id: str, number: int, texts: list[str]) -> Json:
    """Turn `number` of a conversation, as an archive holds it."""
    feeling = template["conversation_history"][0]["emotional_state"]
    history = [
        {
            "turn": place,
            "role": "user" if place % 2 else "assistant",
            "content": texts[place - 1],
            "emotional_state": feeling,
        }
        for place in range(1, number + number % 2)
    ]
    said = texts[number - 1 - (number + 1) % 2]
    return template | {
        "id": f"conversation_turn{number}",
        "conversation_id": id,
        "turn_number": number,
        "conversation_history": history[:-1] if number % 2 else history,
        "current_user_input": said,
        "target_response": None if number % 2 else texts[number - 1],
    }


def v4_lines() -> Iterator[bytes]:
    """Lines of brightrun-lora-v4: one for each reply, with all that was said before it."""
    yield orjson.dumps({"_meta": {"file_name": "bench", "version": "4.0.0"}}) + b"\n"
    for conversation in conversations():
        for turn in conversation.turns[1::2]:
            yield orjson.dumps(turn | {"id": f"{turn['id']}_{conversation.id[:8]}"}) + b"\n"


def message_lines() -> Iterator[bytes]:
    """Lines of chat messages: one for each conversation."""
    for conversation in conversations():
        last = conversation.turns[-1]
        said = [{"role": "system", "content": last["system_prompt"]}]
        said += [{"role": turn["role"], "content": turn["content"]} for turn in last["conversation_history"]]
        said.append({"role": "assistant", "content": last["target_response"]})
        yield orjson.dumps({"messages": said}) + b"\n"


def _write_lines(lines: Callable[[], Iterator[bytes]]) -> Callable[[Path, int], None]:
    def write(path: Path, size: int) -> None:
        with path.open("wb") as file:
            for line in lines():
                if file.tell() + len(line) > size:
                    return
                file.write(line)

    return write


def write_archive(path: Path, size: int) -> None:
    """The full JSON form, printed as it is published: indented by two."""
    about = {"file_name": "bench", "version": "4.0.0", "format_spec": "brightrun-lora-v4"}
    head = {"training_file_metadata": about, "consultant_profile": {"name": "Bench"}}
    opened = orjson.dumps(head, option=orjson.OPT_INDENT_2).removesuffix(b"\n}")
    separator = b',\n  "conversations": [\n'
    with path.open("wb") as file:
        file.write(opened)
        for conversation in conversations():
            metadata = {"conversation_id": conversation.id, "total_turns": len(conversation.turns)}
            value = {"conversation_metadata": metadata, "training_pairs": conversation.turns}
            text = orjson.dumps(value, option=orjson.OPT_INDENT_2).replace(b"\n", b"\n    ")
            if file.tell() + len(text) > size:
                break
            file.write(separator + b"    " + text)
            separator = b",\n"
        file.write(b"\n  ]\n}\n")


def write_gzip(path: Path, size: int) -> None:
    """The v4 file of that size, packed."""
    with corpus("v4", size // 10**6).open("rb") as plain, gzip.open(path, "wb", compresslevel=6) as packed:
        shutil.copyfileobj(plain, packed, 2**20)


@dataclass(frozen=True)
class Kind:
    """How files of one kind are written, and what their names end in."""

    suffix: str
    write: Callable[[Path, int], None]


KINDS = {
    "v4": Kind("-v4.jsonl", _write_lines(v4_lines)),
    "messages": Kind("-messages.jsonl", _write_lines(message_lines)),
    "archive": Kind("-archive.json", write_archive),
    "v4-gzip": Kind("-v4.jsonl.gz", write_gzip),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--megabytes", type=int, default=300)
    options = parser.parse_args()
    path = corpus(options.kind, options.megabytes)
    print(path)  # noqa: T201


if __name__ == "__main__":
    main()
