"""Cursors: one codec for every list and stream, signed for its scope."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.services.paging import decode_cursor, encode_cursor

KEY, SCOPE = b"k" * 32, b"alice:jobs"
PLACE = (datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), UUID(int=7), 2**31)
KIND = tuple[datetime, UUID, int]


class TestCursor:
    def test_stands_for_its_place(self):
        assert decode_cursor(KEY, SCOPE, encode_cursor(KEY, SCOPE, PLACE), KIND) == PLACE

    def test_of_an_event_fits_into_its_header(self):
        assert len(encode_cursor(KEY, SCOPE, PLACE)) <= 64

    @pytest.mark.parametrize("text", ["", "A", "AAAA", "é", "A" * 400, "=" * 8])
    def test_is_no_other_text(self, text):
        with pytest.raises(ValueError, match=r"."):
            decode_cursor(KEY, SCOPE, text, KIND)

    @pytest.mark.parametrize(("key", "scope"), [(b"x" * 32, SCOPE), (KEY, b"bob:jobs"), (KEY, b"")])
    def test_belongs_to_its_key_and_scope(self, key, scope):
        with pytest.raises(ValueError, match="scope"):
            decode_cursor(key, scope, encode_cursor(KEY, SCOPE, PLACE), KIND)
