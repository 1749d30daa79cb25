"""Repair dataset files: the usable records of a bad file become the lines of a good one; no I/O."""

from app.domain.repair.policy import (
    Action,
    PolicyRefused,
    RepairOptions,
    RepairPolicy,
    make_policy,
    read_options,
)
from app.domain.repair.repairer import Repairer
from app.domain.repair.summary import TOO_MANY_DROPPED, Change, RepairSummary, explain_drops

__all__ = [
    "TOO_MANY_DROPPED",
    "Action",
    "Change",
    "PolicyRefused",
    "RepairOptions",
    "RepairPolicy",
    "RepairSummary",
    "Repairer",
    "explain_drops",
    "make_policy",
    "read_options",
]
