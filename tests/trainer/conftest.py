"""Trainers that run in the process of the tests."""

import signal
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _own_signals() -> Iterator[None]:
    """Put back what a trainer does at SIGTERM."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)
