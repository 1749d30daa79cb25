"""Repair of dataset files: what can be used of a bad one, as the lines of a good one; sans I/O."""

from app.domain.repair.policy import Action, Plan, PlanRefused, plan_of
from app.domain.repair.repairer import Repairer
from app.domain.repair.summary import Change, Summary

__all__ = ["Action", "Change", "Plan", "PlanRefused", "Repairer", "Summary", "plan_of"]
