"""Where a test belongs: `make test` leaves out what is `long` or `exhaustive`, `make test-long` runs that."""

from collections.abc import Iterable

import pytest

# the longest beginning of a test's id decides; `alone` runs without other tests beside it
MARKS: dict[str, tuple[str, ...]] = {
    "tests/api/test_event_order.py::TestList::test_shows_each_event_once": ("long",),
    "tests/api/test_docs_page.py::TestPage::test_shows_every": ("long",),
    "tests/api/test_failures.py::TestFaults::test_of_the_store_answer_503": ("long",),
    "tests/api/test_log_hygiene.py": ("long",),
    "tests/api/test_shutdown.py": ("long",),
    "tests/api/test_tampering.py::TestSwap::test_before_validation_breaks": ("long",),
    "tests/api/test_training_failures.py": ("long",),
    "tests/chaos/": ("long", "alone"),
    "tests/cli/test_convert.py::TestParquet": ("long",),
    "tests/cli/test_doctor.py::TestServices::test_are_named_when_they_are_away": ("long",),
    "tests/cli/test_session.py::TestSession::test_answers_in_words_or_in_one_json_document": ("long",),
    "tests/cli/test_upload.py::TestInterruptedUpload::test_sends_the_file_whole_when_a_part": ("long",),
    "tests/contract/": ("long",),
    "tests/deployment/": ("long",),
    "tests/differential/": ("long",),
    "tests/domain/hostile/test_any_value.py": ("long",),
    "tests/domain/hostile/": ("exhaustive",),
    "tests/domain/hostile/test_memory.py": ("long", "alone"),
    "tests/domain/test_reply_endings.py::TestWholeFiles": ("long",),
    "tests/domain/test_repair_fixes.py::TestWholeFiles": ("long",),
    "tests/embedded/test_places.py": ("long",),
    "tests/embedded/test_services.py::TestDev": ("long",),
    "tests/embedded/test_services.py::TestKeepingData": ("long",),
    "tests/house/test_patterns.py::TestEveryPattern::test_is_noticed": ("long",),
    "tests/house/test_patterns.py::TestEveryPattern::test_takes": ("long",),
    "tests/house/test_deployment.py::TestCompose::test_sets_up": ("long",),
    "tests/maintenance/test_reconciler.py::TestLongCurves": ("long",),
    "tests/mutants/": ("long",),
    "tests/sdk/": ("long",),
    "tests/trainer/": ("long",),
    # by the clock: leases run out here
    "tests/workers/test_heartbeat.py": ("long", "alone"),
    # what needs neither the package of the real model nor its weights
    "tests/trainer/test_smollm2.py::TestUnavailable": (),
    "tests/trainer/test_smollm2.py::TestInHalves": (),
    # the one resume after a kill that the short profile shows
    "tests/trainer/test_run.py::TestResume::test_after_a_kill_gives_the_same_adapter_and_curve": (),
}


def mark(items: Iterable[pytest.Item]) -> None:
    """Give every test the marks of its place."""
    for item in items:
        places = [place for place in MARKS if item.nodeid.startswith(place)]
        for name in MARKS[max(places, key=len)] if places else ():
            item.add_marker(name)
