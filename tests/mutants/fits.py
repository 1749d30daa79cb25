"""Guards of what is told before it is paid."""

from tests.mutants.mutant import Mutant

FITS = "tests/api/test_fits.py"
MISFITS = "tests/api/test_misfits.py"
COMMAND = "tests/trainer/test_train_command.py"

FITTING = (
    Mutant(
        name="resume-that-cannot-help",
        promise="--resume is not named in a folder whose run would only fail again",
        file="app/cli/train/process.py",
        old='    return last.type != "error" or last.data["failure_code"] in RESUMABLE',
        new="    return True",
        tests=(f"{COMMAND}::TestRefusals::test_of_a_folder_with_a_run_name_resuming_where_it_may_help",),
    ),
    Mutant(
        name="fit-without-notes",
        promise="Texts that the template of the default model never shows are named in the report",
        file="app/domain/validator/record_rules.py",
        old="        for note in measured.notes if self._log.is_clean else ():",
        new="        for note in ():",
        tests=(
            "tests/domain/test_fit.py::TestCheck::test_names_what_the_template_does_with_trained_records",
        ),
    ),
    Mutant(
        name="thought-that-is-never-shown",
        promise="A thought that the template never shows is told from one that it hides once it is answered",
        file="app/domain/templates/shown.py",
        old="slot.message != last and self._is_once_shown(slot)",
        new="slot.message != last",
        tests=(
            "tests/domain/test_template_habits.py::TestThoughts::test_are_named_where_nothing_shows_them",
        ),
    ),
    Mutant(
        name="misfit-created",
        promise="A job that is known to leave out too much is refused",
        file="app/services/jobs/__init__.py",
        old="    if fit and is_refused(fit, body.max_left_out):",
        new="    if False:",
        tests=(f"{MISFITS}::TestRetryJob::test_is_refused_too_unless_more_is_tolerated",),
    ),
    Mutant(
        name="misfit-started",
        promise="A job whose fit became known in the queue does not start",
        file="workers/training/__init__.py",
        old="    if obstacle:",
        new="    if False:",
        tests=(
            f"{MISFITS}::TestStart::test_fails_once_and_at_no_cost_where_the_fit_became_known_in_the_queue",
        ),
    ),
    Mutant(
        name="misfit-charged",
        promise="A job that could not begin costs nothing",
        file="app/services/jobs/completion.py",
        old="    is_free = reason.code in _FREE and not job.current_step",
        new="    is_free = False",
        tests=(f"{MISFITS}::TestCharge::test_is_none_for_a_job_that_could_not_begin",),
    ),
    Mutant(
        name="misfit-free-for-all",
        promise="A job that was trained is charged, whatever it failed of",
        file="app/services/jobs/completion.py",
        old="    is_free = reason.code in _FREE and not job.current_step",
        new="    is_free = True",
        tests=(f"{MISFITS}::TestCharge::test_is_made_for_every_other_failure",),
    ),
    Mutant(
        name="misfit-trained",
        promise="The trainer takes no step where too much is left out",
        file="workers/programs/trainer/run.py",
        old="    if is_refused(fit, spec.max_left_out):",
        new="    if False:",
        tests=("tests/trainer/test_run.py::TestFailures::test_refuses_a_file_of_which_too_much_is_left_out",),
    ),
    Mutant(
        name="fit-of-other-bytes",
        promise="A fit belongs to the bytes that were validated",
        file="workers/fitting.py",
        old="        is_same = report.sha256 == task.sha256",
        new="        is_same = True",
        tests=(f"{FITS}::TestWhatHappensMeanwhile::test_another_file_in_its_place_is_noticed",),
    ),
    Mutant(
        name="fits-without-end",
        promise="One user has a bounded number of fits pending",
        file="app/services/datasets/fits.py",
        old="    await quotas.lock_and_check(session, {Quota.PENDING_FITS: 1})",
        new="    pass",
        tests=(f"{FITS}::TestFitDataset::test_is_limited_per_user",),
    ),
    Mutant(
        name="fits-kept-for-ever",
        promise="One dataset has a bounded number of fits",
        file="app/services/datasets/fits.py",
        old="    await _make_room(session, dataset)",
        new="    pass",
        tests=(f"{FITS}::TestFitDataset::test_keeps_a_bounded_number_of_a_dataset",),
    ),
    Mutant(
        name="fit-of-a-deleted-dataset",
        promise="Deleting a dataset ends the work on its fits",
        file="app/services/datasets/__init__.py",
        old="    await fits.forget(session, dataset)",
        new="    pass",
        tests=(f"{FITS}::TestWhatHappensMeanwhile::test_deleting_the_dataset_removes_it_and_ends_the_work",),
    ),
)
