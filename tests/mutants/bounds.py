"""Guards of work that grows with the data of one user."""

from tests.mutants.mutant import Mutant

GROWTH = "tests/domain/test_growth.py"

BOUNDS = (
    Mutant(
        name="every-shorter-form-is-written",
        promise="A conversation of thousands of messages is shortened in a few tries",
        file="app/domain/templates/encoding.py",
        old="bisect_left(cuts, True, key=fits)",
        new="[fits(cut) for cut in cuts].index(True)",
        tests=(f"{GROWTH}::TestEncode::test_writes_few_of_the_shorter_forms_of_a_long_conversation",),
    ),
    Mutant(
        name="texts-are-looked-at-for-each-message",
        promise="The marked texts of a rendering are looked at once, however many messages there are",
        file="app/domain/templates/marks.py",
        old="    @cached_property\n    def _shown_of",
        new="    @property\n    def _shown_of",
        tests=(f"{GROWTH}::TestStructure::test_looks_at_each_text_once_for_all_messages",),
    ),
    Mutant(
        name="ids-counted-from-the-start",
        promise="A repair of equal ids goes on where it found the last free one",
        file="app/domain/repair/repairer.py",
        old="first = self._numbers.get(hash(taken), 2)",
        new="first = 2",
        tests=(f"{GROWTH}::TestRepairOfEqualIds::test_tries_few_numbers_for_each",),
    ),
)
