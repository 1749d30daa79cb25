"""What a repair does with each finding of a record."""

from collections.abc import Mapping
from enum import StrEnum

from app.domain.finding_kinds import KINDS, FindingSeverity


class Action(StrEnum):
    """What becomes of a record with a finding; one that cannot be mended is dropped for an error."""

    KEEP = "keep"
    DROP = "drop"
    MEND = "mend"


Plan = Mapping[str, Action]

ARRANGEMENT = frozenset(
    ("messages.not_alternating", "messages.system_not_first", "messages.last_not_assistant")
)
_MENDABLE = ARRANGEMENT | {
    "encoding.not_utf8",
    "encoding.nul",
    "json.syntax",
    "json.duplicate_key",
    "json.non_finite_number",
    "messages.unknown_role",
    "text.control_characters",
    "text.reserved_token",
    "duplicate.id",
}
# what is said of a whole file, or of lines that are no records and never reach the new one
_NO_RECORDS = ("file.", "format.", "dataset.", "meta.", "encoding.bom", "line.blank", "split.none")


class PlanRefused(ValueError):
    """The plan asks for what cannot be done; `reasons` has a sentence for each code."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__("; ".join(f"{code} {reason}" for code, reason in reasons.items()))
        self.reasons = reasons


def _possible(code: str) -> tuple[Action, ...]:
    """What can be done with a record for this finding, the default first."""
    is_error = KINDS[code].severity is FindingSeverity.ERROR
    mend = (Action.MEND,) if code in _MENDABLE else ()
    return (*mend, Action.DROP) if is_error else (Action.KEEP, *mend, Action.DROP)


POSSIBLE = {code: _possible(code) for code in KINDS if not code.startswith(_NO_RECORDS)}
DEFAULT: Plan = {code: actions[0] for code, actions in POSSIBLE.items()}


def plan_of(chosen: Mapping[str, Action]) -> Plan:
    """The default plan with these choices in it; raises PlanRefused naming what is possible."""
    reasons = {
        code: _refusal(code) for code, action in chosen.items() if action not in POSSIBLE.get(code, ())
    }
    if reasons:
        raise PlanRefused(reasons)
    return {**DEFAULT, **chosen}


def _refusal(code: str) -> str:
    if code in POSSIBLE:
        return f"can be: {', '.join(POSSIBLE[code])}"
    if code in KINDS:
        return "is not about single records: a repair has no choice there"
    return f"is unknown; possible are: {', '.join(POSSIBLE)}"
