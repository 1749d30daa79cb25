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
        index (int): Place among the examples of the file, from 0.
        line (int): Physical line of the file where it begins, from 1.
        messages (list[PreviewRecordMessagesItem]):
        problem (None | str): Why it will be left out of training, if it will.
        text (str): The text that the model reads, after truncation.
        tokens (int):
        trained_spans (list[list[int]]): Character ranges of `text` that are trained, end excluded.
        trained_tokens (int): How many of them the loss covers.
        truncated (bool): Its oldest turns were cut to fit `max_seq_length`.
    """

    index: int
    line: int
    messages: list[PreviewRecordMessagesItem]
    problem: None | str
    text: str
    tokens: int
    trained_spans: list[list[int]]
    trained_tokens: int
    truncated: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        index = self.index

        line = self.line

        messages = []
        for messages_item_data in self.messages:
            messages_item = messages_item_data.to_dict()
            messages.append(messages_item)

        problem: None | str
        problem = self.problem

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
                "index": index,
                "line": line,
                "messages": messages,
                "problem": problem,
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
        index = d.pop("index")

        line = d.pop("line")

        messages = []
        _messages = d.pop("messages")
        for messages_item_data in _messages:
            messages_item = PreviewRecordMessagesItem.from_dict(messages_item_data)

            messages.append(messages_item)

        def _parse_problem(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        problem = _parse_problem(d.pop("problem"))

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
            index=index,
            line=line,
            messages=messages,
            problem=problem,
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
