"""Load a base model's chat template and tokenizer: the only way from an example to its tokens (D15)."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from tokenizers import Tokenizer

from app.adapters.chat_models.tokenizers import ApartTokenizer, fast_tokenizer
from app.domain.base_models import BaseModel
from app.domain.records.shapes import Example
from app.domain.templates.chat_template import ChatTemplate, LeftOut, Rendered
from app.domain.templates.encoding import Encoded, Tokens, encode, notes_of, render
from app.domain.templates.loss_mask import Span, trained_mask
from app.domain.templates.marks import Inexact, unused_letter
from app.domain.validator.token_meter import Measured

_BYTE = re.compile(r"<0x[0-9A-F]{2}>")  # a byte of text, which some tokenizers declare as special


class ChatModel:
    """Render with a model's template, and tokenize as its tokenizer does."""

    def __init__(self, tokenizer: str, template: ChatTemplate) -> None:
        """Take the text of a tokenizer.json; raises ValueError for other text."""
        # The template writes the special tokens; some published files cut, pad or trim offsets by default.
        disabled = dict.fromkeys(("truncation", "padding", "post_processor"))
        source = {**json.loads(tokenizer), **disabled}
        text = json.dumps(source)
        self.template = template
        self._source = source
        self._reference: Any = Tokenizer.from_str(text)
        self._fast = fast_tokenizer(text, self._reference, source["normalizer"])
        controls = {*self.special_tokens, *template.end_tokens}
        added = [token["content"] for token in source["added_tokens"]]
        known = [token for token in added if token in controls and not _BYTE.fullmatch(token)]
        self._controls = re.compile("|".join(map(re.escape, sorted(known, key=len, reverse=True))) or "(?!)")
        self._first_letters = "".join({token[0] for token in known})
        self._apart: dict[str, ApartTokenizer] = {}

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load a model's folder of tokenizer files; raises OSError, ValueError, ChatTemplateError."""
        config = json.loads((folder / "tokenizer_config.json").read_bytes())
        tokenizer = (folder / "tokenizer.json").read_text(encoding="utf-8")
        generation = folder / "generation_config.json"
        ends = json.loads(generation.read_bytes()).get("eos_token_id") if generation.is_file() else None
        template = ChatTemplate(
            _template_of(folder, config),
            bos_token=_token(config.get("bos_token")),
            eos_token=_token(config.get("eos_token")),
            end_tokens=end_tokens(tokenizer, ends),
        )
        return cls(tokenizer, template)

    @property
    def special_tokens(self) -> tuple[str, ...]:
        """Texts that this tokenizer reads as control tokens."""
        added = self._reference.get_added_tokens_decoder().values()
        return tuple(token.content for token in added if token.special)

    def tokenize(self, text: str, own: Sequence[Span] = ()) -> Tokens:
        """Return the text's token ids, and what gives the character range of each.

        What looks like a control token within one of the record's `own` ranges is read as plain text.
        """
        if self._has_controls(text, own):
            return self._tokenize_apart(text, own)
        if self._fast and self._fast.is_exact_for(text):
            return self._fast.tokenize(text)
        encoding = self._reference.encode(text, add_special_tokens=False)
        return encoding.ids, lambda: encoding.offsets

    def encode(self, example: Example, *, max_length: int) -> Encoded:
        """Encode an example for training; raises LeftOut."""
        return encode(example, self.template, self.tokenize, max_length=max_length)

    def measure(self, example: Example, *, max_length: int) -> Measured:
        """Count the tokens of an example, and say what training makes of it at most so long.

        One that is left out before it has tokens is counted by its bare texts.
        """
        counted = None
        try:
            rendered = render(example, self.template)
            counts = [self._count_one(one) for one in rendered]
            counted = _sums(counts)
            if counted[1] and counted[0] <= max_length:
                return Measured(*counted, kept=counted[1], notes=notes_of(rendered))
            too_long = {index for index, (tokens, _) in enumerate(counts) if tokens > max_length}
            encoded = encode(
                example,
                self.template,
                self.tokenize,
                max_length=max_length,
                rendered=rendered,
                too_long=too_long,
            )
        except LeftOut as reason:
            return Measured(*(counted or self._count_contents(example)), left_out=reason)
        return Measured(
            *counted, kept=encoded.trained_tokens, is_truncated=encoded.truncated, notes=encoded.notes
        )

    def count(self, example: Example) -> tuple[int, int]:
        """Count all tokens of an example and the trained ones, at full length.

        An example that the template refuses is counted by its bare texts.
        """
        try:
            tokens, trained = _sums([self._count_one(one) for one in render(example, self.template)])
        except LeftOut:
            trained = 0
        return (tokens, trained) if trained else self._count_contents(example)

    def _count_one(self, rendered: Rendered) -> tuple[int, int]:
        is_plain = not self._has_controls(rendered.text, rendered.own)
        if self._fast and is_plain and self._fast.is_exact_for(rendered.text):
            return self._fast.count(rendered.text, rendered.spans)
        ids, offsets_of = self.tokenize(rendered.text, rendered.own)
        return len(ids), sum(trained_mask(offsets_of(), rendered.spans))

    def _has_controls(self, text: str, own: Sequence[Span]) -> bool:
        for begin, end in own:
            for first in self._first_letters:  # quick to look for, and rare
                if text.find(first, begin, end) >= 0 and self._controls.search(text, begin, end):
                    return True
        return False

    def _tokenize_apart(self, text: str, own: Sequence[Span]) -> Tokens:
        """Write the template's control tokens in letters that the text has none of, and read only these."""
        try:
            letter = unused_letter(text)
        except Inexact as error:
            raise LeftOut("template.no_exact_mask", "Its texts hold every private character.") from error
        if letter not in self._apart:
            self._apart[letter] = ApartTokenizer(self._source, self._controls, letter)
        return self._apart[letter].tokenize(text, own)

    def _count_contents(self, example: Example) -> tuple[int, int]:
        lengths = [len(self.tokenize(turn.content)[0]) for turn in example.turns]
        return sum(lengths), sum(lengths[index] for index in example.trained)


def _sums(counts: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum([tokens for tokens, _ in counts]), sum([trained for _, trained in counts])


def find(models_dir: Path, model: BaseModel) -> Path | None:
    """Find the local folder of a model's tokenizer files; None when it is not there.

    It is a folder named as the model, a snapshot in the hub's cache, or the newest one made for the demo.
    """
    demo = sorted(models_dir.glob(f"{model.id}-tokenizer-*"), key=lambda folder: folder.stat().st_mtime)
    folders = [models_dir / model.id, *_cached(models_dir, model), *demo[-1:]]
    return next(filter(has_tokenizer, folders), None)


def has_chat_template(folder: Path) -> bool:
    """Return whether a folder of tokenizer files has a chat template; raises OSError, ValueError."""
    config = json.loads((folder / "tokenizer_config.json").read_bytes())
    return bool(_template_of(folder, config).strip())


def has_tokenizer(folder: Path) -> bool:
    """Return whether a folder has the tokenizer files that ChatModel.load reads."""
    return all((folder / name).is_file() for name in ("tokenizer.json", "tokenizer_config.json"))


def _cached(models_dir: Path, model: BaseModel) -> list[Path]:
    """List the snapshot of the model's commit in the hub's cache, and that of a branch."""
    repository = models_dir / f"models--{(model.hub_id or model.id).replace('/', '--')}"
    revision = model.revision or "main"
    branch = repository / "refs" / revision
    commits = [revision, *([branch.read_text().strip()] if branch.is_file() else [])]
    return [repository / "snapshots" / commit for commit in commits]


def _template_of(folder: Path, config: dict[str, Any]) -> str:
    """Read the template's own file, else the configuration, which may hold several by name."""
    file = folder / "chat_template.jinja"
    if file.is_file():
        return file.read_text(encoding="utf-8")
    declared = config.get("chat_template") or ""
    if isinstance(declared, list):
        declared = {named["name"]: named["template"] for named in declared}.get("default", "")
    return str(declared)


def end_tokens(tokenizer: str, ids: Any) -> list[str]:
    """Return the texts of the tokens that end a generation, from the text of a tokenizer.json."""
    wanted = ids if isinstance(ids, list) else [ids]
    added = {token["id"]: token["content"] for token in json.loads(tokenizer)["added_tokens"]}
    return [added[id] for id in wanted if id in added]


def _token(value: Any) -> str:
    """Return the text of a special token, which tokenizer_config.json holds as text or as an object."""
    return str(value["content"] if isinstance(value, dict) else value or "")
