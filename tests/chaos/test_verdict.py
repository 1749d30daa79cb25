"""The checker's reading of a history: it notices what must never be seen, and runs that were too weak."""

from types import SimpleNamespace

import pytest

from tests.chaos import verdict
from tests.chaos.history import History
from tests.chaos.verdict import Row


@pytest.fixture
def history(tmp_path):
    opened = History(tmp_path / "history.jsonl")
    yield opened
    opened.close()


def _asked(history, **facts):
    history.add("request", **{"user": "u", "method": "POST", "path": "/api/jobs", "key": "k", **facts})


def _posted(history, path, status=200):
    history.add("request", user="u", method="POST", path=path, key=None, status=status)


def _job(status, code=None):
    return SimpleNamespace(status=status, failure_code=code)


class TestRow:
    def test_holds_when_enough_was_exposed_and_nothing_broke(self):
        assert Row("it ends", 5, 5).holds

    def test_fails_when_the_run_was_too_weak(self):
        assert not Row("it ends", 4, 5).holds

    def test_fails_when_something_broke(self):
        assert not Row("it ends", 5, 5, ["one did not"]).holds


class TestReading:
    def test_a_row_that_was_acknowledged_and_is_not_there(self, history):
        _asked(history, status=201, id="a")
        _asked(history, status=201, id="b", key="l")
        assert verdict._acknowledged(history, {"a": 1}, {}).violations == ["b"]

    def test_a_key_that_was_answered_by_two_rows(self, history):
        _asked(history, status=201, id="a")
        _asked(history, status=201, id="b")
        _asked(history, status=201, id="c", path="/api/datasets")
        [broken] = verdict._one_row_a_key(history, {}, {}).violations
        assert "'/api/jobs'" in broken

    def test_a_failure_that_is_no_503(self, history):
        _asked(history, status=503)
        _asked(history, status=500)
        assert len(verdict._only_503(history).violations) == 1

    @pytest.mark.parametrize(
        ("first", "second"),
        [(("running", 5), ("queued", 5)), (("running", 5), ("running", 4))],
    )
    def test_a_poll_that_saw_the_job_go_back(self, history, first, second):
        for status, progress in (first, second):
            history.add("saw", job="a", status=status, progress=progress)
        assert len(verdict._polls(history).violations) == 1

    @pytest.mark.parametrize(
        ("seqs", "statuses"),
        [
            ([1, 2, 4], ["queued"]),
            ([1, 2, 2], ["queued"]),
            ([1, 2, 3], ["queued", "running", "initializing"]),
            ([1, 2, 3], ["queued", "running", "running"]),
        ],
    )
    def test_a_stream_that_skipped_or_repeated(self, history, seqs, statuses):
        history.add("stream", job="a", seqs=[1, 2, 3], statuses=["queued", "running"], breaks=0)
        assert verdict._streams(history).violations == []
        history.add("stream", job="b", seqs=seqs, statuses=statuses, breaks=1)
        assert verdict._streams(history).violations == ["b"]

    def test_a_key_that_was_never_answered(self, history):
        _asked(history, error="ReadError")
        _asked(history, status=201, id="a")
        assert verdict._no_stuck_key(history).violations == []
        history.add("unanswered", user="u", method="POST", path="/api/jobs", key="k")
        row = verdict._no_stuck_key(history)
        assert (len(row.violations), row.exposure, "(1 broken off)" in row.name) == (1, 1, True)

    def test_an_acknowledged_cancel_that_ended_otherwise(self, history):
        for id, status in (("a", 200), ("b", 200), ("c", 409)):
            _posted(history, f"/api/jobs/{id}/cancel", status)
        jobs = {"a": _job("cancelled"), "b": _job("completed"), "c": _job("completed")}
        row = verdict._cancels(history, jobs)
        assert (row.violations, row.exposure) == (["b is completed"], 2)

    def test_a_job_that_did_not_complete_although_nobody_cancelled_it(self, history):
        _posted(history, "/api/jobs/a/cancel", 503)  # it may have been heard
        jobs = {
            "a": _job("cancelled"),
            "b": _job("cancelled"),
            "c": _job("failed", "trainer_crashed"),
            "d": _job("completed"),
        }
        broken = ["b is cancelled: None", "c is failed: trainer_crashed"]
        assert verdict._completed(history, jobs, ()).violations == broken
        row = verdict._completed(history, jobs, {"trainer_crashed"})
        assert (row.violations, row.exposure) == (broken[:1], 3)

    @pytest.mark.parametrize(
        ("status", "message", "times", "excused", "holds"),
        [
            ("ready", None, 1, (), True),
            ("ready", None, 0, (), False),
            ("ready", None, 2, (), False),
            ("validating", None, 1, (), False),
            ("error", "disk full", 1, (), False),
            ("error", "disk full", 1, ("disk full",), True),
            ("error", "disk full", 2, ("disk full",), False),
        ],
    )
    def test_a_dataset_that_was_not_checked_or_told_of_once(
        self, history, status, message, times, excused, holds
    ):
        _posted(history, "/api/datasets/a/confirm")
        datasets = {"a": SimpleNamespace(status=status, error_message=message)}
        told = [SimpleNamespace(id="a", count=times)] if times else []
        assert verdict._validated(history, datasets, told, excused).holds == holds

    def test_a_takeover_that_went_back_too_far(self):
        def took_over(resumed, reached):
            return SimpleNamespace(job_id="a", attempt=2, resumed=resumed, reached=reached, interval=10)

        fine = [took_over(20, 30), took_over(None, 30), took_over(0, None)]
        row = verdict._repeated([*fine, took_over(19, 30)])
        assert (row.violations, row.exposure) == (["a attempt 2: from 30 back to 19"], 2)
