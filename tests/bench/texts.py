"""Tokens alone: the texts that a model would read, counted by us and by tiktoken's own loop."""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measure import Timed

PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


def ours(path: str, tokenizer: str) -> Timed:
    """Count examples that were read beforehand; rendering by the chat template is in the time."""
    from app.adapters.chat_models import ChatModel  # noqa: PLC0415 - the peers have none of it
    from app.domain.records.examples import read_examples  # noqa: PLC0415
    from app.domain.records.shapes import Shape  # noqa: PLC0415

    with Path(path).open("rb") as file:
        examples = list(read_examples(file, Shape.BRIGHTRUN_LORA_V4))
    model = ChatModel.load(Path(tokenizer))
    return lambda: sum(model.count(example)[0] for example in examples)


def tiktoken_loop(texts: str, tokenizer: str) -> Timed:
    """Encode the rendered texts, one after the other, with the same vocabulary."""
    from tiktoken import Encoding  # noqa: PLC0415 - a peer

    ranks, special = vocabulary(Path(tokenizer))
    encoding = Encoding("demo", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens=special)
    rendered = [json.loads(line) for line in Path(texts).read_bytes().splitlines()]
    return lambda: sum(len(encoding.encode(text, allowed_special="all")) for text in rendered)


def vocabulary(folder: Path) -> tuple[dict[bytes, int], dict[str, int]]:
    """The demo tokenizer as tiktoken wants it: ids rise with the merges, so they are ranks as well."""
    tokenizer = json.loads((folder / "tokenizer.json").read_bytes())
    special = {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
    byte_of = {character: byte for byte, character in enumerate(_byte_characters())}
    ranks = {
        bytes(byte_of[character] for character in token): id
        for token, id in tokenizer["model"]["vocab"].items()
        if token not in special
    }
    return ranks, special


def render(path: Path, tokenizer: Path, target: Path) -> int:
    """Write the texts of a v4 file as JSON strings, one a line; their size in UTF-8."""
    from app.domain.records.examples import read_examples  # noqa: PLC0415
    from app.domain.records.shapes import Shape  # noqa: PLC0415
    from app.domain.templates.chat_template import ChatTemplate  # noqa: PLC0415 - the peers have none of it

    config = json.loads((tokenizer / "tokenizer_config.json").read_bytes())
    source = (tokenizer / "chat_template.jinja").read_text(encoding="utf-8")
    template = ChatTemplate(source, bos_token=config["bos_token"], eos_token=config["eos_token"])
    size = 0
    with path.open("rb") as file, target.open("w") as rendered:
        for example in read_examples(file, Shape.BRIGHTRUN_LORA_V4):
            text = template.render(example.messages, example.trained)[-1].text
            rendered.write(json.dumps(text) + "\n")
            size += len(text.encode())
    return size


def _byte_characters() -> Iterator[str]:
    """The printable stand-ins of the 256 bytes in a byte-level vocabulary, by byte."""
    spare = iter(range(256, 512))
    for byte in range(256):
        is_printable = 33 <= byte <= 126 or (161 <= byte <= 255 and byte != 173)
        yield chr(byte if is_printable else next(spare))
