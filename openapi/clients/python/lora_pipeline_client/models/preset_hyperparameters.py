from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PresetHyperparameters")


@_attrs_define
class PresetHyperparameters:
    """The six hyperparameters of a preset.

    Attributes:
        alpha (int):
        batch_size (int):
        dropout (float):
        epochs (int):
        learning_rate (float):
        rank (int):
    """

    alpha: int
    batch_size: int
    dropout: float
    epochs: int
    learning_rate: float
    rank: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        alpha = self.alpha

        batch_size = self.batch_size

        dropout = self.dropout

        epochs = self.epochs

        learning_rate = self.learning_rate

        rank = self.rank

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "alpha": alpha,
                "batch_size": batch_size,
                "dropout": dropout,
                "epochs": epochs,
                "learning_rate": learning_rate,
                "rank": rank,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        alpha = d.pop("alpha")

        batch_size = d.pop("batch_size")

        dropout = d.pop("dropout")

        epochs = d.pop("epochs")

        learning_rate = d.pop("learning_rate")

        rank = d.pop("rank")

        preset_hyperparameters = cls(
            alpha=alpha,
            batch_size=batch_size,
            dropout=dropout,
            epochs=epochs,
            learning_rate=learning_rate,
            rank=rank,
        )

        preset_hyperparameters.additional_properties = d
        return preset_hyperparameters

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
