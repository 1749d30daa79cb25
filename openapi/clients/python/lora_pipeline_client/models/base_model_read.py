from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="BaseModelRead")


@_attrs_define
class BaseModelRead:
    """A base model with the figures of its published configuration.

    Attributes:
        attention_heads (int):
        chat_template (str):
        context_length (int):
        gated (bool):
        hidden_size (int):
        hub_id (None | str):
        id (str):
        intermediate_size (int):
        is_default (bool):
        key_value_heads (int):
        layers (int):
        license_ (str):
        name (str):
        notes (list[str]): Habits of its chat template, seen in what is trained.
        parameters (int):
        revision (None | str):
        vocabulary_size (int):
    """

    attention_heads: int
    chat_template: str
    context_length: int
    gated: bool
    hidden_size: int
    hub_id: None | str
    id: str
    intermediate_size: int
    is_default: bool
    key_value_heads: int
    layers: int
    license_: str
    name: str
    notes: list[str]
    parameters: int
    revision: None | str
    vocabulary_size: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        attention_heads = self.attention_heads

        chat_template = self.chat_template

        context_length = self.context_length

        gated = self.gated

        hidden_size = self.hidden_size

        hub_id: None | str
        hub_id = self.hub_id

        id = self.id

        intermediate_size = self.intermediate_size

        is_default = self.is_default

        key_value_heads = self.key_value_heads

        layers = self.layers

        license_ = self.license_

        name = self.name

        notes = self.notes

        parameters = self.parameters

        revision: None | str
        revision = self.revision

        vocabulary_size = self.vocabulary_size

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "attention_heads": attention_heads,
                "chat_template": chat_template,
                "context_length": context_length,
                "gated": gated,
                "hidden_size": hidden_size,
                "hub_id": hub_id,
                "id": id,
                "intermediate_size": intermediate_size,
                "is_default": is_default,
                "key_value_heads": key_value_heads,
                "layers": layers,
                "license": license_,
                "name": name,
                "notes": notes,
                "parameters": parameters,
                "revision": revision,
                "vocabulary_size": vocabulary_size,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        attention_heads = d.pop("attention_heads")

        chat_template = d.pop("chat_template")

        context_length = d.pop("context_length")

        gated = d.pop("gated")

        hidden_size = d.pop("hidden_size")

        def _parse_hub_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        hub_id = _parse_hub_id(d.pop("hub_id"))

        id = d.pop("id")

        intermediate_size = d.pop("intermediate_size")

        is_default = d.pop("is_default")

        key_value_heads = d.pop("key_value_heads")

        layers = d.pop("layers")

        license_ = d.pop("license")

        name = d.pop("name")

        notes = cast(list[str], d.pop("notes"))

        parameters = d.pop("parameters")

        def _parse_revision(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        revision = _parse_revision(d.pop("revision"))

        vocabulary_size = d.pop("vocabulary_size")

        base_model_read = cls(
            attention_heads=attention_heads,
            chat_template=chat_template,
            context_length=context_length,
            gated=gated,
            hidden_size=hidden_size,
            hub_id=hub_id,
            id=id,
            intermediate_size=intermediate_size,
            is_default=is_default,
            key_value_heads=key_value_heads,
            layers=layers,
            license_=license_,
            name=name,
            notes=notes,
            parameters=parameters,
            revision=revision,
            vocabulary_size=vocabulary_size,
        )

        base_model_read.additional_properties = d
        return base_model_read

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
