"""Files with a record that a model leaves out, or takes with a note, for each code that a check tells."""

from collections.abc import Callable
from functools import partial

from app.domain.records.shapes import Example, Shape
from app.domain.templates.chat_template import LeftOut
from app.domain.templates.notes import NOTES
from app.domain.validator.token_meter import Measured, TokenMeter
from tests.domain.hostile.corpus import clean, joined
from tests.domain.hostile.defects import File

CODES = (
    "tokens.reply_over_max_seq_length", "template.refuses", "template.drops_text",
    "template.hides_tool_calls", "template.no_exact_mask",
)  # fmt: skip


def _left_out(shape: Shape, *, code: str) -> File:
    """A file whose third record the model that counts the tokens does not take."""

    def measure(example: Example) -> Measured:
        reason = LeftOut(code, "The model does not take it.") if example.line == 3 else None
        return Measured(20, 10, kept=10, left_out=reason)

    return joined(clean(shape, 30)), {"tokens": TokenMeter(measure, name="m")}, [(3, code)]


def _noted(shape: Shape, *, code: str) -> File:
    """A file whose third record is trained, with a note of what its template does with it."""

    def measure(example: Example) -> Measured:
        return Measured(20, 10, kept=10, notes=frozenset((code,) if example.line == 3 else ()))

    return joined(clean(shape, 30)), {"tokens": TokenMeter(measure, name="m")}, [(3, code)]


LEFT_OUT: dict[str, Callable[[Shape], File]] = {
    **{code: partial(_left_out, code=code) for code in CODES},
    **{code: partial(_noted, code=code) for code in NOTES},
}
