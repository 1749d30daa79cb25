"""Guards of loss masks: what is trained, what is shown, and what is left out in words."""

from tests.mutants.mutant import Mutant

HABITS = "tests/domain/test_template_habits.py"
CONTROLS = "tests/adapters/test_control_tokens.py"
LAYOUT = "tests/domain/test_chat_template.py::TestByLayout"
ENCODING = "tests/domain/test_encoding.py"

MASKS = (
    Mutant(
        name="mask-text-that-is-not-shown",
        promise="A record whose text the template drops is left out",
        file="app/domain/templates/shown.py",
        old="            raise Unshown(slot)\n",
        new="            self.notes.add(HIDES_THOUGHTS)\n",
        tests=(f"{HABITS}::TestCallsOfTools::test_leave_a_record_out_where_they_hide_the_text_beside_them",),
    ),
    Mutant(
        name="mask-in-another-context",
        promise="A reply is trained behind the text that the model will see, else in a sequence of its own",
        file="app/domain/templates/answers.py",
        old="or not whole.text.startswith(self.structure.text[: self.start]):",
        new="or self.start < 0:",
        tests=(f"{HABITS}::TestPlainDialogues::test_sees_no_other_text_in_front_though_it_is_as_long",),
    ),
    Mutant(
        name="mask-without-the-end",
        promise="The token that ends a turn is trained, also where the next message begins with it",
        file="app/domain/templates/answers.py",
        old="return after.rstrip() + (self.call_closing if calls else self.closing)",
        new="return after.rstrip()",
        tests=(
            f"{HABITS}::TestPlainDialogues::test_train_each_reply_with_its_end",
            f"{HABITS}::TestCallsOfTools::test_end_with_the_role_that_answers",
        ),
    ),
    Mutant(
        name="mask-unproven-marks",
        promise="Places found by marks count only where the marks change nothing",
        file="app/domain/templates/layout.py",
        old='if "".join([*pieces, self.end]) != text:',
        new="if False:",
        tests=(f"{LAYOUT}::test_finds_the_same_as_the_careful_way",),
    ),
    Mutant(
        name="mask-control-tokens-in-texts",
        promise="What looks like a control token in a record is read as text",
        file="app/adapters/chat_models/__init__.py",
        old="if text.find(first, begin, end) >= 0 and self._controls.search(text, begin, end):",
        new="if False:",
        tests=(f"{CONTROLS}::TestControlTokens::test_of_every_family_are_texts_in_texts",),
    ),
    Mutant(
        name="mask-beginning-in-a-token",
        promise="A token that joins the end of the prompt and the beginning of a reply is trained",
        file="app/domain/templates/loss_mask.py",
        old="begins[bisect_right(ends, start)] < stop and start < stop",
        new="begins[bisect_right(ends, start)] <= start < stop",
        tests=(
            f"{ENCODING}::TestTrainedMask::test_covers_tokens_that_hold_a_part_of_a_span_and_begin_before_its_end",
        ),
    ),
    Mutant(
        name="mask-accident-in-a-reason",
        promise="A reason is in words: an accident of a template is not quoted",
        file="app/domain/templates/sandbox.py",
        old='return Refused(str(error) if isinstance(error, _Raised) else "")',
        new="return Refused(str(error))",
        tests=(f"{HABITS}::TestTheAssistantSpeaksFirst::test_accidents_of_a_template_are_not_quoted",),
    ),
)
