"""Load a base model's chat template and tokenizer: the only way from an example to its tokens (D15)."""

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
from app.domain.chat_template import ChatTemplate, LeftOut
from app.domain.encoding import Encoded, encode, render
from app.domain.loss_mask import Span
from app.domain.shapes import Example

_CACHE_BYTES = 8 * 2**20
_LONG_S = "\u017f"  # after an apostrophe the reference reads it as an s, fastokens 0.3 does not
_PROBES = (
    "It's naïve: don't, we'LL, I'd've — “Café’s” … 12345.67 €, (x==1)\n\n\tif a:\r\n    b += 2;  }\n \n  ",  # noqa: RUF001 - odd marks are the point
    "日本語のテキスト 中文文本 한국어 русский текст العربية हिन्दी ไทย עברית ελληνικά Việt ÅÄÖ",
    "👩‍👩‍👧 👍🏽 🇩🇪\u200b\ufeff\u00a0\u3000\u2028 \x00\x07\x1f\x7f\x85 _--__  "
    + "a" * 200
    + " " * 50
    + "1" * 50,
)


class ChatModel:
    """Render with a model's template, and tokenize as its tokenizer does."""

    def __init__(self, tokenizer: str, template: ChatTemplate) -> None:
        """Take the text of a tokenizer.json; raises ValueError for other text."""
        # The template writes the special tokens; some published files cut, pad or trim offsets by default.
        disabled = dict.fromkeys(("truncation", "padding", "post_processor"))
        source = {**json.loads(tokenizer), **disabled}
        text = json.dumps(source)
        self.template = template
        self._reference: Any = Tokenizer.from_str(text)
        self._fast = _fast(text, self._reference, source["normalizer"])

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load a model's folder of tokenizer files; raises OSError, ValueError, ChatTemplateError."""
        config = json.loads((folder / "tokenizer_config.json").read_bytes())
        template = ChatTemplate(
            _template_of(folder, config),
            bos_token=_token(config.get("bos_token")),
            eos_token=_token(config.get("eos_token")),
        )
        return cls((folder / "tokenizer.json").read_text(encoding="utf-8"), template)

    @property
    def special_tokens(self) -> tuple[str, ...]:
        """Texts that this tokenizer reads as control tokens."""
        added = self._reference.get_added_tokens_decoder().values()
        return tuple(token.content for token in added if token.special)

    def tokenize(self, text: str) -> tuple[list[int], list[Span]]:
        """Return the text's token ids, and the character range of each."""
        if self._fast and self._fast.is_exact_for(text):
            return self._fast.tokenize(text)
        encoding = self._reference.encode(text, add_special_tokens=False)
        return encoding.ids, encoding.offsets

    def encode(self, example: Example, *, max_length: int) -> Encoded:
        """Encode an example for training; raises LeftOut."""
        return encode(example, self.template, self.tokenize, max_length=max_length)

    def count(self, example: Example) -> tuple[int, int]:
        """Count all tokens of an example and the trained ones, at full length.

        An example that the template refuses is counted by its bare texts.
        """
        try:
            tokens, trained = self._count(example) if example.trained else (0, 0)
        except LeftOut:
            trained = 0
        return (tokens, trained) if trained else self._count_contents(example)

    def _count(self, example: Example) -> tuple[int, int]:
        rendered = render(example, self.template)
        if self._fast and self._fast.is_exact_for(rendered.text):
            return self._fast.count(rendered.text, rendered.spans)
        encoded = self.encode(example, max_length=maxsize)
        return encoded.tokens, encoded.trained_tokens

    def _count_contents(self, example: Example) -> tuple[int, int]:
        lengths = [len(self.tokenize(turn.content)[0]) for turn in example.turns]
        return sum(lengths), sum(lengths[index] for index in example.trained)


class _FastTokenizer:
    """The fast tokenizer (fastokens), for texts whose tokens are the text's own bytes in order.

    So the position of a token follows from the widths of the tokens before it.
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

    def is_exact_for(self, text: str) -> bool:
        """Return whether it reads this text as the reference does."""
        if text.isascii():
            return True
        return _LONG_S not in text and (not self._composes or is_normalized("NFC", text))

    def agrees(self, reference: Any, text: str) -> bool:
        """Return whether it gives the reference's tokens, and their widths add up to the text's bytes."""
        ids = self._tokenizer.encode(text).ids
        same = ids == reference.encode(text, add_special_tokens=False).ids
        return same and sum(map(self._widths.__getitem__, ids)) == len(text.encode())

    def tokenize(self, text: str) -> tuple[list[int], list[Span]]:
        """Return token ids, and the range of characters that each has a byte of."""
        ids = self._tokenizer.encode(text).ids
        ends = list(accumulate(map(self._widths.__getitem__, ids)))
        starts = [0, *ends[:-1]]
        if not text.isascii():
            characters = list(accumulate(byte & 0xC0 != 0x80 for byte in text.encode()))  # up to each byte
            starts = [characters[start] - 1 for start in starts]
            ends = [characters[end - 1] for end in ends]
        return ids, list(zip(starts, ends, strict=False))

    def count(self, text: str, spans: Sequence[Span]) -> tuple[int, int]:
        """Count all tokens, and those that begin in one of the spans."""
        ids = memoryview(self._tokenizer.encode_batch_flat([text])[0]).cast("I")
        edges = [edge for span in spans for edge in span]
        widths = [len(text[edge:following].encode()) for edge, following in pairwise([*edges, len(text)])]
        after = list(accumulate(reversed(widths)))  # bytes from each edge to the end, last edge first
        if not after:
            return len(ids), 0
        tokens = takewhile(after[-1].__ge__, accumulate(map(self._widths.__getitem__, reversed(ids))))
        begins = list(tokens)  # bytes from the beginning of each token to the end, last token first
        counts = [bisect_right(begins, distance) for distance in after]  # tokens from each edge on
        return len(ids), sum(counts[1::2]) - sum(counts[::2])


def has_chat_template(folder: Path) -> bool:
    """Return whether a folder of tokenizer files has a chat template; raises OSError, ValueError."""
    config = json.loads((folder / "tokenizer_config.json").read_bytes())
    return bool(_template_of(folder, config).strip())


def has_tokenizer(folder: Path) -> bool:
    """Return whether a folder has the tokenizer files that ChatModel.load reads."""
    return all((folder / name).is_file() for name in ("tokenizer.json", "tokenizer_config.json"))


def find(models_dir: Path, model: BaseModel) -> Path | None:
    """Find the local folder of a model's tokenizer files; None when it is not there.

    It is a folder named as the model, a snapshot in the hub's cache, or the newest one made for the demo.
    """
    demo = sorted(models_dir.glob(f"{model.id}-tokenizer-*"), key=lambda folder: folder.stat().st_mtime)
    folders = [models_dir / model.id, *_cached(models_dir, model), *demo[-1:]]
    return next(filter(has_tokenizer, folders), None)


def _cached(models_dir: Path, model: BaseModel) -> list[Path]:
    """List the snapshot of the model's commit in the hub's cache, and that of a branch."""
    repository = models_dir / f"models--{(model.hub_id or model.id).replace('/', '--')}"
    revision = model.revision or "main"
    branch = repository / "refs" / revision
    commits = [revision, *([branch.read_text().strip()] if branch.is_file() else [])]
    return [repository / "snapshots" / commit for commit in commits]


def _fast(source: str, reference: Any, normalizer: dict[str, Any] | None) -> _FastTokenizer | None:
    """Make the fast tokenizer; None for a kind that it does not know or reads differently."""
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
    """Read the template's own file, else the configuration, which may hold several by name."""
    file = folder / "chat_template.jinja"
    if file.is_file():
        return file.read_text(encoding="utf-8")
    declared = config.get("chat_template") or ""
    if isinstance(declared, list):
        declared = {named["name"]: named["template"] for named in declared}.get("default", "")
    return str(declared)


def _token(value: Any) -> str:
    """Return the text of a special token, which tokenizer_config.json holds as text or as an object."""
    return str(value["content"] if isinstance(value, dict) else value or "")
