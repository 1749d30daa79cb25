"""Texts that callers chose, as lines of the log and spans show them."""

import re

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from app import log
from app.domain.caller_limits import LOGGED_CHARACTERS
from app.log import loggable, without_secrets

# the plainest patterns for each secret, which read a text as often as it has places to begin
PLAIN = tuple(
    (re.compile(pattern), shown)
    for pattern, shown in (
        (r"\b(lp_|whsec_)[\w+/=-]{8,}", r"\1***"),
        (r"\beyJ[\w-]+\.[\w-]+\.[\w-]*", "***"),
        (r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}", r"\1 ***"),
        (r"(?i)\b([\w-]*(?:token|secret|password|signature|credential))=[^&\s'\"]+", r"\1=***"),
        (r"(?i)(['\"][\w-]*(?:token|secret|password)['\"]\s*:\s*['\"])[^'\"]+", r"\1***"),
        (r"(://[^\s/:@]*):[^\s/@]+@", r"\1:***@"),
    )
)
PIECES = (
    "lp_", "whsec_", "eyJ", "ey", "J", ".", "..", "-", "_", "a", "Abc123", "é", "bearer", "Basic", " ", "\n",
    "://", "/", ":", "@", "token", "Secret", "password", "signature", "credential", "=", "&", "'", '"',
    "12345678", "x-",
)  # fmt: skip


class TestSecrets:
    @given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
    @example("x-eyJhbGci.eyJzdWIi.c2ln-eyJa.b.c")
    @example("-eyJ.a.eyJa.b.c.eyJ-eyJa.b.")
    @example("x-token=a-token=b&tokentoken=c")
    def test_are_blotted_out_as_by_the_plainest_patterns(self, text):
        plain = text
        for pattern, shown in PLAIN:
            plain = pattern.sub(shown, plain)
        assert without_secrets(text) == plain

    @pytest.mark.parametrize(
        ("before", "secret", "shown"),
        [
            ("http://me", ":hunter2hunter2", ":***@"),
            ("?token", "=hunter2hunter2", "=***"),
            ("'secret': ", "'hunter2hunter2", "'***"),
            ("bearer ", "hunter2hunter2", "***"),
            ("lp_", "hunter2hunter2", "***"),
        ],
    )
    def test_are_blotted_out_where_a_text_is_cut(self, before, secret, shown):
        text = ("/" * LOGGED_CHARACTERS + before + secret)[-LOGGED_CHARACTERS:] + "hunter2@"
        assert loggable(text).rstrip("…").endswith(before + shown)


class TestLength:
    @pytest.fixture
    def seen(self, monkeypatch):
        """The lengths of all texts that are searched for secrets."""
        lengths = []
        monkeypatch.setattr(log, "_is_suspect", lambda text: lengths.append(len(text)) or True)
        return lengths

    def test_of_a_text_is_cut_before_a_pattern_sees_it(self, seen):
        text = "a-" * 32_768 + "token=hunter2"
        assert loggable(text) == text[:LOGGED_CHARACTERS] + "…"
        assert max(seen) == LOGGED_CHARACTERS + 1

    def test_of_every_field_is_cut_before_a_pattern_sees_it(self, seen):
        line = log._redacted(
            None, "info", {"event": "request", "path": "a" * 65_536, "details": ["b" * 65_536]}
        )
        assert [len(value) for value in line.values()] == [7, LOGGED_CHARACTERS + 1, LOGGED_CHARACTERS + 1]
        assert max(seen) <= 3 * LOGGED_CHARACTERS

    def test_of_tracebacks_is_left(self):
        stack = "File x\n" * 1_000
        line = log._redacted(None, "error", {"exception": stack, "stack": stack, "output": stack})
        assert set(line.values()) == {stack}
