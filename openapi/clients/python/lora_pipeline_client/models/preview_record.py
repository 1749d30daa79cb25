from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.preview_record_messages_item import PreviewRecordMessagesItem


T = TypeVar("T", bound="PreviewRecord")


@_attrs_define
class PreviewRecord:
    """One example, rendered and encoded.

    Attributes:
        code (None | str): Of the reason why it is left out of training, if it is; one that begins with `preview.` says
            only that this preview could not render it within its limits.
        index (int): Place among the examples of the file, from 0.
        line (int): Physical line of the file where it begins, from 1.
        messages (list[PreviewRecordMessagesItem]):
        notes (list[str]): What the chat template does with it, in words: texts that it moves or never shows.
        problem (None | str): That reason in words.
        sequences (int): How many texts it is trained as, shown one after another in `text`: one a reply where the
            template writes earlier turns in another way than the last, else 1.
        shortened (bool): `text` or `messages` are shown in part: 40,000 characters of each at most. The counts are of
            the whole record.
        text (str): The text that the model reads, after truncation.
        tokens (int):
        trained_spans (list[list[int]]): Character ranges of `text` that are trained, end excluded.
        trained_tokens (int): How many of them the loss covers.
        truncated (bool): Its oldest turns were cut to fit `max_seq_length`.
    """

    code: None | str
    index: int
    line: int
    messages: list[PreviewRecordMessagesItem]
    notes: list[str]
    problem: None | str
    sequences: int
    shortened: bool
    text: str
    tokens: int
    trained_spans: list[list[int]]
    trained_tokens: int
    truncated: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code: None | str
        code = self.code

        index = self.index

        line = self.line

        messages = []
        for messages_item_data in self.messages:
            messages_item = messages_item_data.to_dict()
            messages.append(messages_item)

        notes = self.notes

        problem: None | str
        problem = self.problem

        sequences = self.sequences

        shortened = self.shortened

        text = self.text

        tokens = self.tokens

        trained_spans = []
        for trained_spans_item_data in self.trained_spans:
            trained_spans_item = []
            for trained_spans_item_item_data in trained_spans_item_data:
                trained_spans_item_item: int
                trained_spans_item_item = trained_spans_item_item_data
                trained_spans_item.append(trained_spans_item_item)

            trained_spans.append(trained_spans_item)

        trained_tokens = self.trained_tokens

        truncated = self.truncated

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "index": index,
                "line": line,
                "messages": messages,
                "notes": notes,
                "problem": problem,
                "sequences": sequences,
                "shortened": shortened,
                "text": text,
                "tokens": tokens,
                "trained_spans": trained_spans,
                "trained_tokens": trained_tokens,
                "truncated": truncated,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.preview_record_messages_item import PreviewRecordMessagesItem  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        code = _parse_code(d.pop("code"))

        index = d.pop("index")

        line = d.pop("line")

        messages = []
        _messages = d.pop("messages")
        for messages_item_data in _messages:
            messages_item = PreviewRecordMessagesItem.from_dict(messages_item_data)

            messages.append(messages_item)

        notes = cast(list[str], d.pop("notes"))

        def _parse_problem(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        problem = _parse_problem(d.pop("problem"))

        sequences = d.pop("sequences")

        shortened = d.pop("shortened")

        text = d.pop("text")

        tokens = d.pop("tokens")

        trained_spans = []
        _trained_spans = d.pop("trained_spans")
        for trained_spans_item_data in _trained_spans:
            trained_spans_item = []
            _trained_spans_item = trained_spans_item_data
            for trained_spans_item_item_data in _trained_spans_item:

                def _parse_trained_spans_item_item(data: object) -> int:
                    return cast(int, data)

                trained_spans_item_item = _parse_trained_spans_item_item(trained_spans_item_item_data)

                trained_spans_item.append(trained_spans_item_item)

            trained_spans.append(trained_spans_item)

        trained_tokens = d.pop("trained_tokens")

        truncated = d.pop("truncated")

        preview_record = cls(
            code=code,
            index=index,
            line=line,
            messages=messages,
            notes=notes,
            problem=problem,
            sequences=sequences,
            shortened=shortened,
            text=text,
            tokens=tokens,
            trained_spans=trained_spans,
            trained_tokens=trained_tokens,
            truncated=truncated,
        )

        preview_record.additional_properties = d
        return preview_record

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
