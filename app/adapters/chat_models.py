"""A base model's chat template and tokenizer: the one way from an example to its tokens (D15)."""

import json
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise, takewhile
from pathlib import Path
from sys import maxsize
from typing import Any, Self
from unicodedata import is_normalized

import fastokens
from tokenizers import Tokenizer

from app.domain.base_models import BaseModel
from app.domain.encoding import ChatTemplate, ChatTemplateError, Encoded, Span, encode, render
from app.domain.shapes import Example

_CACHE_BYTES = 8 * 2**20
_LONG_S = "\u017f"  # fastokens 0.3 does not take it for an s after an apostrophe, as the reference does
_PROBES = (
    "It's naïve: don't, we'LL, I'd've — “Café’s” … 12345.67 €, (x==1)\n\n\tif a:\r\n    b += 2;  }\n \n  ",  # noqa: RUF001 - odd marks are the point
    "日本語のテキスト 中文文本 한국어 русский текст العربية हिन्दी ไทย עברית ελληνικά Việt ÅÄÖ",
    "👩‍👩‍👧 👍🏽 🇩🇪\u200b\ufeff\u00a0\u3000\u2028 \x00\x07\x1f\x7f\x85 _--__  "
    + "a" * 200
    + " " * 50
    + "1" * 50,
)


class ChatModel:
    """Renders with the model's template, and reads text as its tokenizer does."""

    def __init__(self, tokenizer: str, template: ChatTemplate) -> None:
        """Take the text of a tokenizer.json; raises ValueError when it is none."""
        # The template writes the special tokens; some published files cut, pad or trim offsets unasked.
        unasked = dict.fromkeys(("truncation", "padding", "post_processor"))
        source = {**json.loads(tokenizer), **unasked}
        text = json.dumps(source)
        self.template = template
        self._reference: Any = Tokenizer.from_str(text)
        self._fast = _fast(text, self._reference, source["normalizer"])

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the folder that a model ships with; raises OSError, ValueError, ChatTemplateError."""
        config = json.loads((folder / "tokenizer_config.json").read_bytes())
        template = ChatTemplate(
            _template_of(folder, config),
            bos_token=_token(config.get("bos_token")),
            eos_token=_token(config.get("eos_token")),
        )
        return cls((folder / "tokenizer.json").read_text(encoding="utf-8"), template)

    @property
    def special_tokens(self) -> tuple[str, ...]:
        """The texts that this tokenizer reads as control tokens."""
        added = self._reference.get_added_tokens_decoder().values()
        return tuple(token.content for token in added if token.special)

    def tokenize(self, text: str) -> tuple[list[int], list[Span]]:
        """The text's token ids, and the characters that each stands for."""
        if self._fast and self._fast.reads(text):
            return self._fast.tokenize(text)
        encoding = self._reference.encode(text, add_special_tokens=False)
        return encoding.ids, encoding.offsets

    def encode(self, example: Example, *, max_length: int) -> Encoded | None:
        """What training sees of an example; None when it is left out. Raises ChatTemplateError."""
        return encode(example, self.template, self.tokenize, max_length=max_length)

    def count(self, example: Example) -> tuple[int, int]:
        """Count all tokens of an example and the trained ones, at full length.

        An example that the template refuses is counted by its bare texts.
        """
        try:
            tokens, trained = self._count(example) if example.trained else (0, 0)
        except ChatTemplateError:
            trained = 0
        return (tokens, trained) if trained else self._count_contents(example)

    def _count(self, example: Example) -> tuple[int, int]:
        rendered = render(example, self.template)
        if self._fast and self._fast.reads(rendered.text):
            return self._fast.count(rendered.text, rendered.spans)
        encoded = self.encode(example, max_length=maxsize)
        return (len(encoded.ids), sum(encoded.mask)) if encoded else (0, 0)

    def _count_contents(self, example: Example) -> tuple[int, int]:
        lengths = [len(self.tokenize(turn.content)[0]) for turn in example.turns]
        return sum(lengths), sum(lengths[index] for index in example.trained)


class _FastTokenizer:
    """fastokens, where it is exact: the tokens of a text are its own bytes in their order.

    So the place of a token follows from the widths of the others.
    """

    def __init__(self, tokenizer: Any, reference: Any, *, composes: bool) -> None:
        self._tokenizer = tokenizer
        self._composes = composes
        vocabulary = reference.get_vocab()
        self._widths = [0] * (1 + max(vocabulary.values()))
        for token, id in vocabulary.items():
            self._widths[id] = len(token)  # one character stands for a byte
        for id, added in reference.get_added_tokens_decoder().items():
            self._widths[id] = len(added.content.encode())

    def reads(self, text: str) -> bool:
        """Whether it reads this text as the reference does."""
        if text.isascii():
            return True
        return _LONG_S not in text and (not self._composes or is_normalized("NFC", text))

    def agrees(self, reference: Any, text: str) -> bool:
        """Whether it gives the reference's tokens, and they have the text's own bytes."""
        ids = self._tokenizer.encode(text).ids
        same = ids == reference.encode(text, add_special_tokens=False).ids
        return same and sum(map(self._widths.__getitem__, ids)) == len(text.encode())

    def tokenize(self, text: str) -> tuple[list[int], list[Span]]:
        """Token ids, and the characters that each has a byte of."""
        ids = self._tokenizer.encode(text).ids
        ends = list(accumulate(map(self._widths.__getitem__, ids)))
        starts = [0, *ends[:-1]]
        if not text.isascii():
            begun = list(accumulate(byte & 0xC0 != 0x80 for byte in text.encode()))  # characters, by byte
            starts = [begun[start] - 1 for start in starts]
            ends = [begun[end - 1] for end in ends]
        return ids, list(zip(starts, ends, strict=False))

    def count(self, text: str, spans: Sequence[Span]) -> tuple[int, int]:
        """Count all tokens, and those that begin in one of the spans."""
        ids = memoryview(self._tokenizer.encode_batch_flat([text])[0]).cast("I")
        edges = [edge for span in spans for edge in span]
        widths = [len(text[edge:following].encode()) for edge, following in pairwise([*edges, len(text)])]
        behind = list(accumulate(reversed(widths)))  # bytes from each edge to the end, last edge first
        if not behind:
            return len(ids), 0
        tokens = takewhile(behind[-1].__ge__, accumulate(map(self._widths.__getitem__, reversed(ids))))
        begins = list(tokens)  # bytes from the beginning of each token to the end, last token first
        until = [bisect_right(begins, place) for place in behind]
        return len(ids), sum(until[1::2]) - sum(until[::2])


def find(models_dir: Path, model: BaseModel) -> Path | None:
    """The folder on this machine that holds a model's tokenizer, None when there is none.

    A folder named as the model, what the hub's cache has of it, or what the demo's maker used last.
    """
    made = sorted(models_dir.glob(f"{model.id}-tokenizer-*"), key=lambda folder: folder.stat().st_mtime)
    folders = [models_dir / model.id, *_cached(models_dir, model), *made[-1:]]
    files = ("tokenizer.json", "tokenizer_config.json")
    return next((folder for folder in folders if all((folder / name).is_file() for name in files)), None)


def _cached(models_dir: Path, model: BaseModel) -> list[Path]:
    repository = models_dir / f"models--{(model.hub_id or model.id).replace('/', '--')}"
    reference = repository / "refs" / (model.revision or "main")
    return [repository / "snapshots" / reference.read_text().strip()] if reference.is_file() else []


def _fast(source: str, reference: Any, normalizer: dict[str, Any] | None) -> _FastTokenizer | None:
    """The fast tokenizer, None for a kind that it does not know or reads in another way."""
    if normalizer and normalizer["type"] != "NFC":
        return None
    try:
        tokenizer = fastokens.Tokenizer.from_json_str(source)
    except ValueError:
        return None
    tokenizer.enable_segment_cache(_CACHE_BYTES)  # the pairs of a conversation repeat its history
    fast = _FastTokenizer(tokenizer, reference, composes=bool(normalizer))
    added = [token.content for token in reference.get_added_tokens_decoder().values()]
    spelled = "".join(f"a{token}b {token} {token}\n" for token in added)
    return fast if all(fast.agrees(reference, probe) for probe in (*_PROBES, spelled)) else None


def _template_of(folder: Path, config: dict[str, Any]) -> str:
    """A file of its own, or the configuration's; there, a model may have several by name."""
    file = folder / "chat_template.jinja"
    if file.is_file():
        return file.read_text(encoding="utf-8")
    declared = config.get("chat_template") or ""
    if isinstance(declared, list):
        declared = {named["name"]: named["template"] for named in declared}.get("default", "")
    return str(declared)


def _token(value: Any) -> str:
    """A tokenizer_config.json holds a special token as text or as an object."""
    return str(value["content"] if isinstance(value, dict) else value or "")
