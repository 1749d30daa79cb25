"""Tokenizers that give the reference's tokens: a faster one, and one that reads no text as control tokens."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise, takewhile
from operator import itemgetter
from typing import Any
from unicodedata import is_normalized

import fastokens
from tokenizers import Tokenizer

from app.domain.templates.encoding import Tokens
from app.domain.templates.loss_mask import Span

_CACHE_BYTES = 8 * 2**20
_BEGINS = bytes(byte & 0xC0 != 0x80 for byte in range(256))  # whether a byte of UTF-8 begins a character
_LONG_S = "\u017f"  # after an apostrophe the reference reads it as an s, fastokens 0.3 does not
_PROBES = (
    "It's naïve: don't, we'LL, I'd've — “Café’s” … 12345.67 €, (x==1)\n\n\tif a:\r\n    b += 2;  }\n \n  ",  # noqa: RUF001 - odd marks are the point
    "日本語のテキスト 中文文本 한국어 русский текст العربية हिन्दी ไทย עברית ελληνικά Việt ÅÄÖ",
    "👩‍👩‍👧 👍🏽 🇩🇪\u200b\ufeff\u00a0\u3000\u2028 \x00\x07\x1f\x7f\x85 _--__  "
    + "a" * 200
    + " " * 50
    + "1" * 50,
)


class ApartTokenizer:
    """The tokenizer with other names for its control tokens, so that no text holds one by chance."""

    def __init__(self, source: dict[str, Any], controls: re.Pattern[str], letter: str) -> None:
        self._controls = controls
        tokens = source["added_tokens"]
        self._names = {
            token["content"]: f"{letter}{index}{letter}" for index, token in enumerate(tokens)
            if controls.fullmatch(token["content"])
        }  # fmt: skip
        renamed = [
            {**token, "content": self._names.get(token["content"], token["content"])} for token in tokens
        ]
        model = {**source["model"], "vocab": self._renamed(source["model"]["vocab"])}
        if model.get("unk_token"):
            model["unk_token"] = self._names.get(model["unk_token"], model["unk_token"])
        self._tokenizer: Any = Tokenizer.from_str(
            json.dumps({**source, "added_tokens": renamed, "model": model})
        )

    def tokenize(self, text: str, own: Sequence[Span]) -> Tokens:
        """Return token ids and what gives their ranges of characters, as the tokenizer does."""
        parts, places = [], [(0, 0)]  # where the texts with and without other names go on alike
        position, length = 0, 0
        for begin, end in self._controls_between(text, own):
            name = self._names[text[begin:end]]
            parts += [text[position:begin], name]
            length += begin - position + len(name)
            position = end
            places.append((length, end))
        encoding = self._tokenizer.encode("".join([*parts, text[position:]]), add_special_tokens=False)
        return encoding.ids, lambda: [self._moved(span, places) for span in encoding.offsets]

    def _controls_between(self, text: str, own: Sequence[Span]) -> Iterator[Span]:
        position = 0
        for begin, end in [*sorted(own), (len(text), len(text))]:
            yield from (found.span() for found in self._controls.finditer(text, position, begin))
            position = max(position, end)

    @staticmethod
    def _moved(span: Span, places: Sequence[Span]) -> Span:
        """Move a token's range to the text with its real names."""
        begin, end = span
        at = bisect_right(places, begin, key=itemgetter(0)) - 1
        there, here = places[at]
        following = places[at + 1][1] if at + 1 < len(places) and end == places[at + 1][0] else None
        return here + begin - there, following if following is not None else here + end - there

    def _renamed(self, vocabulary: Any) -> Any:
        """Rename in the vocabulary too, which is an object, or a list of pairs."""
        if isinstance(vocabulary, dict):
            return {self._names.get(token, token): id for token, id in vocabulary.items()}
        return [[self._names.get(token, token), *rest] for token, *rest in vocabulary]


class FastTokenizer:
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

    def tokenize(self, text: str) -> Tokens:
        """Return token ids, and what gives the range of characters that each has a byte of."""
        ids = self._tokenizer.encode(text).ids
        return ids, lambda: self._offsets(text, ids)

    def _offsets(self, text: str, ids: list[int]) -> list[Span]:
        ends = list(accumulate(map(self._widths.__getitem__, ids)))
        starts = [0, *ends[:-1]]
        if not text.isascii():
            characters = list(accumulate(text.encode().translate(_BEGINS)))  # up to each byte
            starts = [characters[start] - 1 for start in starts]
            ends = [characters[end - 1] for end in ends]
        return list(zip(starts, ends, strict=False))

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
        joined = sum(  # tokens that begin before a span and hold its beginning
            distance != begins[count - 1] if count else True
            for count, distance in zip(counts[1::2], after[1::2], strict=True)
        )
        return len(ids), sum(counts[1::2]) - sum(counts[::2]) + joined


def fast_tokenizer(source: str, reference: Any, normalizer: dict[str, Any] | None) -> FastTokenizer | None:
    """Make the fast tokenizer; None for a kind that it does not know or reads differently."""
    if normalizer and normalizer["type"] != "NFC":
        return None
    try:
        tokenizer = fastokens.Tokenizer.from_json_str(source)
    except ValueError:
        return None
    tokenizer.enable_segment_cache(_CACHE_BYTES)  # the pairs of a conversation repeat its history
    fast = FastTokenizer(tokenizer, reference, composes=bool(normalizer))
    added = [token.content for token in reference.get_added_tokens_decoder().values()]
    spelled = "".join(f"a{token}b {token} {token}\n" for token in added)
    return fast if all(fast.agrees(reference, probe) for probe in (*_PROBES, spelled)) else None
