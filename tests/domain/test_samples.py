"""The sample dataset that ships with the project keeps its promises."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from app.domain.validator import DatasetChecker

SAMPLE = Path(__file__).parents[2] / "app" / "samples" / "conversations.jsonl"
FIELDS = [
    "id",
    "conversation_id",
    "turn_number",
    "conversation_metadata",
    "system_prompt",
    "conversation_history",
    "current_user_input",
    "emotional_context",
    "target_response",
    "training_metadata",
]
METADATA = [
    "client_persona",
    "persona_archetype",
    "client_background",
    "emotional_arc",
    "emotional_arc_key",
    "training_topic",
    "training_topic_key",
    "session_context",
    "conversation_phase",
    "expected_outcome",
]
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in SAMPLE.read_bytes().split(b"\n")]


@pytest.fixture(scope="module")
def pairs(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return lines[1:]


class TestFile:
    def test_is_written_compactly_with_line_feeds_between_lines(self, lines: list[dict[str, Any]]) -> None:
        assert SAMPLE.read_bytes() == b"\n".join(orjson.dumps(line) for line in lines)

    def test_declares_the_pairs_it_holds(self, lines: list[dict[str, Any]]) -> None:
        declared = {"file_name": "conversations", "total_pairs": len(lines) - 1, "version": "4.0.0"}
        assert lines[0] == {"_meta": declared}

    def test_holds_fourteen_conversations_and_enough_pairs(self, pairs: list[dict[str, Any]]) -> None:
        assert len({pair["conversation_id"] for pair in pairs}) == 14
        assert len(pairs) >= 46

    def test_repeats_no_id_and_no_reply(self, pairs: list[dict[str, Any]]) -> None:
        assert len({pair["id"] for pair in pairs}) == len(pairs)
        assert len({pair["target_response"] for pair in pairs}) == len(pairs)


class TestPair:
    def test_has_every_field_in_order_and_filled(self, pairs: list[dict[str, Any]]) -> None:
        for pair in pairs:
            assert list(pair) == FIELDS
            assert list(pair["conversation_metadata"]) == METADATA
            assert all(pair.values())
            assert all(pair["conversation_metadata"].values())

    def test_is_named_after_its_turn_and_conversation(self, pairs: list[dict[str, Any]]) -> None:
        for pair in pairs:
            short = UUID(pair["conversation_id"]).hex[:8]
            assert pair["id"].endswith(f"_turn{pair['turn_number']}_{short}")

    def test_has_a_score_from_three_to_five(self, pairs: list[dict[str, Any]]) -> None:
        scores = [pair["training_metadata"]["quality_score"] for pair in pairs]
        assert all(3 <= score <= 5 for score in scores)
        assert {type(score) for score in scores} == {int, float}

    def test_target_ends_in_closing_punctuation(self, pairs: list[dict[str, Any]]) -> None:
        assert [pair["id"] for pair in pairs if pair["target_response"][-1] not in ".!?"] == []

    def test_has_no_control_characters(self, lines: list[dict[str, Any]]) -> None:
        assert [text for text in _strings(lines) if CONTROL.search(text)] == []


class TestHistory:
    def test_ends_with_the_current_input(self, pairs: list[dict[str, Any]]) -> None:
        for pair in pairs:
            assert pair["conversation_history"][-1]["content"] == pair["current_user_input"]

    def test_alternates_and_counts_its_turns(self, pairs: list[dict[str, Any]]) -> None:
        for pair in pairs:
            history = pair["conversation_history"]
            roles = ("user", "assistant") * len(history)
            assert [entry["role"] for entry in history] == list(roles[: len(history)])
            assert [entry["turn"] for entry in history] == list(range(1, pair["turn_number"]))

    def test_grows_by_the_reply_just_given(self, pairs: list[dict[str, Any]]) -> None:
        for _, group in groupby(pairs, key=lambda pair: pair["conversation_id"]):
            grown: list[str] = []
            for pair in group:
                grown.append(pair["current_user_input"])
                assert [entry["content"] for entry in pair["conversation_history"]] == grown
                grown.append(pair["target_response"])


def _strings(value: Any) -> Iterator[str]:
    """Yield every string inside a parsed JSON value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


HARBOUR = SAMPLE.with_name("harbour.jsonl")


@pytest.fixture(scope="module")
def chats() -> list[list[dict[str, str]]]:
    return [orjson.loads(line)["messages"] for line in HARBOUR.read_bytes().splitlines()]


class TestHarbour:
    """The sample of the demo's real model: one voice, short replies."""

    def test_asks_thirty_things_once_each(self, chats: list[list[dict[str, str]]]) -> None:
        assert all([turn["role"] for turn in chat] == ["user", "assistant"] for chat in chats)
        questions, replies = ({chat[turn]["content"] for chat in chats} for turn in (0, 1))
        assert (len(questions), len(replies)) == (30, 30)

    def test_replies_in_one_voice(self, chats: list[list[dict[str, str]]]) -> None:
        for _, reply in chats:
            assert re.fullmatch(r"Ahoy! [^!]{20,70}\. Fair winds!", reply["content"])

    def test_is_checked_without_a_finding(self) -> None:
        checker = DatasetChecker(validation_split=0.2)
        checker.feed(HARBOUR.read_bytes())
        report = checker.report()
        assert (report.valid, report.counts, report.total_training_pairs) == (True, {}, 24)
