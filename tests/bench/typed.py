"""The bare limit: msgspec decoding each format into complete types, and nothing else."""

from pathlib import Path

import msgspec

from tests.bench.bare import each_line
from tests.bench.measure import Timed


class Bare(msgspec.Struct, gc=False):
    """The base of all types here: plain data without cycles."""


class Feeling(Bare):
    primary: str
    secondary: str
    intensity: float


class HistoryTurn(Bare):
    turn: int
    role: str
    content: str
    emotional_state: Feeling | None = None


class Metadata(Bare):
    client_persona: str
    persona_archetype: str
    client_background: str
    emotional_arc: str
    emotional_arc_key: str
    training_topic: str
    training_topic_key: str
    session_context: str
    conversation_phase: str
    expected_outcome: str


class Emotions(Bare):
    primary: str
    primary_confidence: float
    secondary: str
    secondary_confidence: float
    intensity: float
    valence: str


class EmotionalContext(Bare):
    detected_emotions: Emotions


class Criteria(Bare):
    empathy_score: float
    clarity_score: float
    appropriateness_score: float
    brand_voice_alignment: float


class TrainingMetadata(Bare):
    difficulty_level: str
    key_learning_objective: str
    demonstrates_skills: list[str]
    conversation_turn: int
    emotional_progression_target: str
    quality_score: float
    quality_criteria: Criteria
    human_reviewed: bool
    reviewer_notes: str | None
    use_as_seed_example: bool
    generate_variations_count: int


class Pair(Bare):
    id: str
    conversation_id: str
    turn_number: int
    conversation_metadata: Metadata
    system_prompt: str
    conversation_history: list[HistoryTurn]
    current_user_input: str
    emotional_context: EmotionalContext
    target_response: str | None
    training_metadata: TrainingMetadata


class ArchiveConversationMetadata(Bare):
    conversation_id: str
    total_turns: int


class ArchiveConversation(Bare):
    conversation_metadata: ArchiveConversationMetadata
    training_pairs: list[Pair]


class FileMetadata(Bare):
    file_name: str
    version: str
    format_spec: str


class Profile(Bare):
    name: str


class Archive(Bare):
    training_file_metadata: FileMetadata
    consultant_profile: Profile
    conversations: list[ArchiveConversation]


class Message(Bare):
    role: str
    content: str
    name: str | None = None
    weight: int | None = None


class Chat(Bare):
    messages: list[Message]


def v4(path: str) -> Timed:
    return each_line(path, msgspec.json.Decoder(Pair).decode)


def messages(path: str) -> Timed:
    return each_line(path, msgspec.json.Decoder(Chat).decode)


def archive(path: str) -> Timed:
    decoder = msgspec.json.Decoder(Archive)

    def decode() -> int:
        found = decoder.decode(Path(path).read_bytes())
        pairs = (pair for conversation in found.conversations for pair in conversation.training_pairs)
        return sum(pair.target_response is not None for pair in pairs)

    return decode
