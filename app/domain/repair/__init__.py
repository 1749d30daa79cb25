"""Repair dataset files: the usable records of a bad file become the lines of a good one; no I/O."""

from app.domain.repair.policy import Action, PolicyRefused, RepairPolicy, make_policy
from app.domain.repair.repairer import Repairer
from app.domain.repair.summary import Change, RepairSummary

__all__ = ["Action", "Change", "PolicyRefused", "RepairPolicy", "RepairSummary", "Repairer", "make_policy"]
