"""Expected starts of queued jobs."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.expected_starts import expected_starts

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


class TestExpectedStarts:
    def test_follow_the_slots_that_become_free(self):
        ends = [NOW + 2 * HOUR, NOW + HOUR]
        starts = expected_starts(ends, 4, duration=3 * HOUR, now=NOW)
        assert [start - NOW for start in starts] == [HOUR, 2 * HOUR, 4 * HOUR, 5 * HOUR]

    def test_are_not_in_the_past(self):
        assert expected_starts([NOW - HOUR], 1, duration=HOUR, now=NOW) == [NOW]

    def test_are_unknown_where_nothing_runs(self):
        assert expected_starts([], 3, duration=HOUR, now=NOW) == []

    @given(st.lists(st.integers(-5, 50), min_size=1, max_size=8), st.integers(0, 50), st.integers(1, 20))
    def test_never_go_back_in_the_queue(self, ends, waiting, hours):
        slots = [NOW + end * HOUR for end in ends]
        starts = expected_starts(slots, waiting, duration=hours * HOUR, now=NOW)
        assert len(starts) == waiting
        assert starts == sorted(starts)
        assert all(start >= NOW for start in starts)
