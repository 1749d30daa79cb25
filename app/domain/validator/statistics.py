"""Statistics of a dataset: figures over all pairs, and totals of the training and validation split."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain import split
from app.domain.records.shapes import Example
from app.domain.validator.counters import Distribution, KeyedRows, NameCounter, Range
from app.domain.validator.token_meter import Measured

_LENGTH_LIMITS = (1024, 2048, 4096, 8192)
_COUNTED_FIELDS = {
    "personas": "persona_archetype",
    "emotional_arcs": "emotional_arc_key",
    "training_topics": "training_topic_key",
}


@dataclass(slots=True)
class SplitTotals:
    """Totals after the split; `last_held` is the highest rank held out, -1 for none."""

    conversations: int = 0
    held_conversations: int = 0
    last_held: int = -1
    turns: int = 0
    training_pairs: int = 0
    validation_pairs: int = 0
    left_out_training: int = 0  # of the training pairs, those that the model is not trained on
    left_out_validation: int = 0
    training_tokens: int = 0
    tokens_once: int = 0  # each conversation counted once, by its longest pair


@dataclass(slots=True)
class _Conversation:
    pairs: int = 0
    left_out: int = 0
    tokens: int = 0
    longest_tokens: int = 0
    turns: int = 0


class DatasetStatistics:
    """Figures over the trainable examples, each added once, in the order of the file."""

    def __init__(self) -> None:
        self.pairs = 0
        self.left_out: Counter[str] = Counter()  # records that are free of errors and not trained
        self._conversations = KeyedRows("IIB")
        self._tokens, self._trained_tokens = Distribution(), 0
        self._characters, self._target_characters = Distribution(), Distribution()
        self._roles: Counter[str] = Counter()
        self._quality = Range()
        self._names = {name: NameCounter() for name in _COUNTED_FIELDS}

    def add(
        self, example: Example, record: Mapping[str, Any], *, conversation: int, tokens: Measured
    ) -> None:
        """Count an example with the rank of its conversation and its tokens."""
        self._tokens.add(tokens[0])
        self._trained_tokens += tokens[1]
        turns = characters = target_characters = 0
        for turn in example.turns:
            self._roles[turn.role] += 1
            turns += turn.role != "system"
            characters += len(turn.content)
        for index in example.trained:
            target_characters += len(example.turns[index].content)
        self._conversations.add(conversation, tokens[0], turns, tokens.left_out is not None)
        self._characters.add(characters)
        self._target_characters.add(target_characters)
        self._add_metadata(record)
        self.pairs += 1

    def split_totals(self, validation_split: float) -> SplitTotals:
        """Split by conversation, exactly as the trainer does.

        A v4 history grows from pair to pair, so the turns of a conversation are the messages of
        its longest pair, system excluded.
        """
        count = sum(len({rank for rank, *_ in bucket}) for bucket in self._conversations)
        held = split.held_out_count(count, validation_split)
        totals = SplitTotals(held_conversations=held)
        for bucket in self._conversations:
            conversations = _group(bucket)
            for rank in sorted(conversations):
                if totals.conversations < held:
                    totals.last_held = rank
                _add_conversation(totals, conversations[rank], is_held=rank <= totals.last_held)
        return totals

    def summary(self) -> dict[str, Any]:
        """Return the figures over all pairs as JSON."""
        tallied = {name: tally.summary() for name, tally in self._names.items()}
        return {
            "total_tokens_all": self._tokens.total,
            "trained_tokens": self._trained_tokens,
            "tokens_per_pair": self._tokens.summary(),
            "tokens_histogram": self._tokens.histogram(),
            "truncated_share": {str(n): self._tokens.share_above(n) for n in _LENGTH_LIMITS},
            "characters_per_pair": self._characters.summary(),
            "characters_per_target": self._target_characters.summary(),
            "roles": dict(self._roles),
            "quality_score": self._quality.summary(),
            "distributions": {name: counts for name, counts in tallied.items() if counts},
        }

    def _add_metadata(self, record: Mapping[str, Any]) -> None:
        score = quality_score(record)
        if score is not None:
            self._quality.add(score)
        metadata = record.get("conversation_metadata")
        if isinstance(metadata, dict):
            for name, field in _COUNTED_FIELDS.items():
                self._names[name].add(metadata.get(field))


def quality_score(record: Mapping[str, Any]) -> float | None:
    """Return the quality score in a record's training metadata, if it has one."""
    metadata = record.get("training_metadata")
    score = metadata.get("quality_score") if isinstance(metadata, dict) else None
    return score if isinstance(score, int | float) and not isinstance(score, bool) else None


def _group(rows: Iterable[tuple[int, ...]]) -> dict[int, _Conversation]:
    conversations: dict[int, _Conversation] = {}
    for rank, tokens, turns, is_left_out in rows:
        conversation = conversations.setdefault(rank, _Conversation())
        conversation.pairs += 1
        conversation.left_out += is_left_out
        conversation.tokens += tokens
        conversation.longest_tokens = max(conversation.longest_tokens, tokens)
        conversation.turns = max(conversation.turns, turns)
    return conversations


def _add_conversation(totals: SplitTotals, conversation: _Conversation, *, is_held: bool) -> None:
    totals.conversations += 1
    totals.turns += conversation.turns
    totals.tokens_once += conversation.longest_tokens
    if is_held:
        totals.validation_pairs += conversation.pairs
        totals.left_out_validation += conversation.left_out
    else:
        totals.training_pairs += conversation.pairs
        totals.left_out_training += conversation.left_out
        totals.training_tokens += conversation.tokens
