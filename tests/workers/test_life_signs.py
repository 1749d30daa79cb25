"""Signs of life of a training program, whatever the machine's clock does."""

import os
import time

import pytest

from workers.run_dir import LifeSigns, ProgressWriter


@pytest.fixture
def clock(monkeypatch):
    """The monotonic clock of this process, which stands until it is moved on."""
    now = [1000.0]
    monkeypatch.setattr("workers.run_dir.time.monotonic", lambda: now[0])
    return now


@pytest.fixture
def program(tmp_path):
    writer = ProgressWriter(tmp_path)
    yield writer
    writer.close()


def stamp(path, step: float) -> None:
    """Give a file the time that it gets from a clock that is off by so many seconds."""
    os.utime(path, (time.time() + step, time.time() + step))


class TestLifeSigns:
    def test_are_events_and_heartbeats(self, tmp_path, program, clock):
        signs = LifeSigns(tmp_path)
        for sign in (program.touch_heartbeat, lambda: program.log("On it.")):
            clock[0] += 50
            assert signs.seconds_since_last() == 50
            sign()
            assert signs.seconds_since_last() == 0

    @pytest.mark.parametrize("step", [-86_400, -61, 61, 86_400])
    def test_grow_no_older_by_a_step_of_the_clock(self, tmp_path, program, clock, step, monkeypatch):
        program.touch_heartbeat()
        signs = LifeSigns(tmp_path)
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + step)
        clock[0] += 1
        assert signs.seconds_since_last() == 1

    @pytest.mark.parametrize("step", [-86_400, 86_400])
    def test_end_also_where_the_last_one_bears_another_time(self, tmp_path, program, clock, step):
        program.touch_heartbeat()
        stamp(tmp_path / "heartbeat", step)
        signs = LifeSigns(tmp_path)
        clock[0] += 61
        assert signs.seconds_since_last() == 61
        program.touch_heartbeat()  # its time is before that of the last one, or after it
        assert signs.seconds_since_last() == 0
