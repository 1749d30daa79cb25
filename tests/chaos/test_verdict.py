"""The checker's reading of a history: it notices what must never be seen, and runs that were too weak."""

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
