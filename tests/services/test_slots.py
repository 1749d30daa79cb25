"""Slots: what one user may have done at a time, and all of them together."""

from contextlib import ExitStack
from uuid import uuid4

import pytest

from app.errors import QuotaExceeded, ServiceUnavailable
from app.services.slots import Slots

ALICE, BOB, CAROL = uuid4(), uuid4(), uuid4()


class TestSlots:
    def test_refuses_one_user_alone(self):
        slots = Slots("streams", of_one_user=2)
        with slots.taken(ALICE), slots.taken(ALICE):
            with pytest.raises(QuotaExceeded, match="2 streams") as refusal, slots.taken(ALICE):
                pass
            assert refusal.value.headers["Retry-After"]
            with slots.taken(BOB):
                pass

    def test_refuses_all_beyond_the_whole(self):
        slots = Slots("archives", of_one_user=2, in_all=3)
        with slots.taken(ALICE), slots.taken(ALICE), slots.taken(BOB):
            with pytest.raises(ServiceUnavailable) as refusal, slots.taken(CAROL):
                pass
            assert refusal.value.headers["Retry-After"]

    def test_are_free_again_whatever_happened_in_them(self):
        slots = Slots("previews", of_one_user=1)
        with pytest.raises(ZeroDivisionError), slots.taken(ALICE):
            raise ZeroDivisionError
        with ExitStack() as held:
            held.enter_context(slots.taken(ALICE))
        with slots.taken(ALICE):
            pass
        assert not slots._taken
