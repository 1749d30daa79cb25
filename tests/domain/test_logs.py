"""Lines of a log: control characters are removed, invisible ones are marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.logs import MAX_LINE_CHARACTERS, LogLevel, at_least, clean


class TestClean:
    @pytest.mark.parametrize(
        ("line", "shown"),
        [
            ("step 1: loss 2.31", "step 1: loss 2.31"),
            ("\x1b[31mred\x1b[0m", "red"),
            ("\x1b[2J\x1b[1;1Hgone", "gone"),
            ("\x1b]0;a title\x07text", "text"),
            ("\x1b]8;;http://x\x1b\\link", "link"),
            ("10%\r50%\r100%", "100%"),
            ("a\0b\x08c", "a\ufffdb\ufffdc"),
            ("tab\tstays\r\n", "tab\tstays"),
            ("half \ud83d", "half \ufffd"),
            ("\x9b31m", "\ufffd31m"),
        ],
    )
    def test_shows_what_a_person_would_see(self, line, shown):
        assert clean(line) == shown

    def test_bounds_a_line(self):
        assert len(clean("x" * 10**6)) == MAX_LINE_CHARACTERS

    @given(st.text())
    def test_leaves_nothing_that_acts(self, line):
        text = clean(line)
        assert clean(text) == text
        assert all(mark == "\t" or mark.isprintable() or ord(mark) > 0x9F for mark in text)
        text.encode()


class TestAtLeast:
    def test_has_a_level_and_all_above(self):
        assert at_least(LogLevel.WARNING) == ["warning", "error"]
        assert at_least(LogLevel.OUTPUT) == list(LogLevel)
