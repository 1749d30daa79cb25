"""Guards of findings and repairs: no false alarm, nothing dropped unasked, nothing made by a plan."""

from tests.mutants.mutant import Mutant

ENDINGS = "tests/domain/test_reply_endings.py"
FIXES = "tests/domain/test_repair_fixes.py"
REPAIRS = "tests/api/test_repairs.py"

FINDINGS = (
    Mutant(
        name="open-ends-everywhere",
        promise="A reply without a full stop is cut off only where such replies are rare in its file",
        file="app/domain/validator/reply_endings.py",
        old="return opened <= _OPEN_SHARE * (ended + prior)",
        new="return opened >= 0",
        tests=(f"{ENDINGS}::TestFile::test_of_replies_without_full_stops_has_no_cut_ones",),
    ),
    Mutant(
        name="repair-drops-unasked",
        promise="A repair that drops more than a fifth of the records writes nothing unless that is allowed",
        file="workers/programs/repairer.py",
        old="if summary.drops_too_much and not (spec.allow_drops or spec.dry_run):",
        new="if summary.records < 0 and not (spec.allow_drops or spec.dry_run):",
        tests=(f"{REPAIRS}::TestPlan::test_found_while_working_fails_with_the_same_code",),
    ),
    Mutant(
        name="plan-with-a-file",
        promise="The plan of a repair has no file to download",
        file="app/services/datasets/__init__.py",
        old="is_unmade = is_unmade or _is_plan(dataset)",
        new="is_unmade = bool(is_unmade)",
        tests=(f"{REPAIRS}::TestPlan::test_says_what_would_be_done_and_makes_nothing",),
    ),
    Mutant(
        name="repair-cuts-too-much",
        promise="A repair cuts a conversation before the first message that cannot be used",
        file="app/domain/repair/rewrites.py",
        old="else entries[: min(indices)]",
        new="else entries[: min(indices) - 2]",
        tests=(f"{FIXES}::TestFix::test_is_the_smallest_change",),
    ),
    Mutant(
        name="advice-for-each-record",
        promise="Advice about records in no known shape is worked out once for the same fields",
        file="app/domain/findings.py",
        old="return (code, found) in self._groups",
        new="return False",
        tests=(
            "tests/domain/test_odd_records.py::TestMisnamed::test_advice_is_worked_out_once_for_records_alike",
        ),
    ),
)
