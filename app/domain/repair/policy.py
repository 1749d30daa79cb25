"""Repair policy: the action for each code of a record's findings."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from app.domain.finding_kinds import KINDS, FindingSeverity


class Action(StrEnum):
    """Treatment of a record with a finding; a record is dropped for an error that cannot be fixed."""

    KEEP = "keep"
    DROP = "drop"
    FIX = "mend"


RepairPolicy = Mapping[str, Action]

ARRANGEMENT = frozenset(
    ("messages.not_alternating", "messages.system_not_first", "messages.last_not_assistant")
)
_FIXABLE = ARRANGEMENT | {
    "encoding.not_utf8",
    "encoding.nul",
    "json.syntax",
    "json.duplicate_key",
    "json.non_finite_number",
    "record.not_object",
    "record.mixed_shapes",
    "record.unknown_shape",
    "field.type",
    "field.missing",
    "field.empty",
    "messages.unknown_role",
    "messages.weight",
    "messages.part",
    "tools.bad_arguments",
    "tools.no_name",
    "text.control_characters",
    "text.placeholder",
    "text.mojibake",
    "text.reserved_token",
    "duplicate.id",
}
# codes about the whole file, or about lines that are not records and never reach the new file
_NOT_ABOUT_RECORDS = (
    "file.", "format.", "dataset.", "meta.", "encoding.bom", "encoding.invisible", "line.blank", "line.comma",
    "line.spread", "split.none",
)  # fmt: skip


# options of a repair, kept beside the chosen actions
DRY_RUN, ALLOW_DROPS = "dry_run", "allow_drops"
_YES = "yes"


class RepairOptions(NamedTuple):
    """Options of a repair: `is_plan` writes no file, `may_drop` lets it drop more than a fifth."""

    actions: Mapping[str, Action]
    is_plan: bool
    may_drop: bool

    def stored(self) -> dict[str, str]:
        """Return the options as a row keeps them; read_options() reads them back."""
        options = {DRY_RUN: self.is_plan, ALLOW_DROPS: self.may_drop}
        actions = {code: str(action) for code, action in self.actions.items()}
        return actions | {name: _YES for name, is_set in options.items() if is_set}


def read_options(stored: Mapping[str, str]) -> RepairOptions:
    """Read the options that a row keeps."""
    actions = {code: Action(action) for code, action in stored.items() if code not in (DRY_RUN, ALLOW_DROPS)}
    return RepairOptions(actions, stored.get(DRY_RUN) == _YES, stored.get(ALLOW_DROPS) == _YES)


class PolicyRefused(ValueError):
    """The policy asks for an impossible action; `reasons` has a sentence for each code."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__("; ".join(f"{code} {reason}" for code, reason in reasons.items()))
        self.reasons = reasons


def _possible(code: str) -> tuple[Action, ...]:
    """List the possible actions for this code, the default first."""
    is_error = KINDS[code].severity is FindingSeverity.ERROR
    fix = (Action.FIX,) if code in _FIXABLE else ()
    return (*fix, Action.DROP) if is_error else (Action.KEEP, *fix, Action.DROP)


POSSIBLE = {code: _possible(code) for code in KINDS if not code.startswith(_NOT_ABOUT_RECORDS)}
DEFAULT_POLICY: RepairPolicy = {code: actions[0] for code, actions in POSSIBLE.items()}


def make_policy(chosen: Mapping[str, Action]) -> RepairPolicy:
    """Apply choices to the default policy; raises PolicyRefused, which names the possible actions."""
    reasons = {
        code: _refusal(code) for code, action in chosen.items() if action not in POSSIBLE.get(code, ())
    }
    if reasons:
        raise PolicyRefused(reasons)
    return {**DEFAULT_POLICY, **chosen}


def _refusal(code: str) -> str:
    if code in POSSIBLE:
        return f"can be: {', '.join(POSSIBLE[code])}"
    if code in KINDS:
        return "is not about single records: a repair has no choice there"
    return f"is unknown; possible are: {', '.join(POSSIBLE)}"
