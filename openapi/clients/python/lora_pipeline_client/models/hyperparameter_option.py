from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.hyperparameter_option_type import HyperparameterOptionType

if TYPE_CHECKING:
    from ..models.slider_option import SliderOption


T = TypeVar("T", bound="HyperparameterOption")


@_attrs_define
class HyperparameterOption:
    """One hyperparameter: the values that the API accepts, and those that a slider offers.

    Attributes:
        choices (list[str]):
        default (float | int | None | str):
        display_decimals (int):
        help_ (str):
        max_ (float | None):
        min_ (float | None):
        name (str):
        slider (None | SliderOption):
        step (float | None):
        type_ (HyperparameterOptionType):
    """

    choices: list[str]
    default: float | int | None | str
    display_decimals: int
    help_: str
    max_: float | None
    min_: float | None
    name: str
    slider: None | SliderOption
    step: float | None
    type_: HyperparameterOptionType
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.slider_option import SliderOption  # noqa: PLC0415

        choices = self.choices

        default: float | int | None | str
        default = self.default

        display_decimals = self.display_decimals

        help_ = self.help_

        max_: float | None
        max_ = self.max_

        min_: float | None
        min_ = self.min_

        name = self.name

        slider: dict[str, Any] | None
        if isinstance(self.slider, SliderOption):
            slider = self.slider.to_dict()
        else:
            slider = self.slider

        step: float | None
        step = self.step

        type_ = self.type_.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "choices": choices,
                "default": default,
                "display_decimals": display_decimals,
                "help": help_,
                "max": max_,
                "min": min_,
                "name": name,
                "slider": slider,
                "step": step,
                "type": type_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.slider_option import SliderOption  # noqa: PLC0415

        d = dict(src_dict)
        choices = cast(list[str], d.pop("choices"))

        def _parse_default(data: object) -> float | int | None | str:
            if data is None:
                return data
            return cast(float | int | None | str, data)

        default = _parse_default(d.pop("default"))

        display_decimals = d.pop("display_decimals")

        help_ = d.pop("help")

        def _parse_max_(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        max_ = _parse_max_(d.pop("max"))

        def _parse_min_(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        min_ = _parse_min_(d.pop("min"))

        name = d.pop("name")

        def _parse_slider(data: object) -> None | SliderOption:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                slider_type_0 = SliderOption.from_dict(data)

                return slider_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SliderOption, data)

        slider = _parse_slider(d.pop("slider"))

        def _parse_step(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        step = _parse_step(d.pop("step"))

        type_ = HyperparameterOptionType(d.pop("type"))

        hyperparameter_option = cls(
            choices=choices,
            default=default,
            display_decimals=display_decimals,
            help_=help_,
            max_=max_,
            min_=min_,
            name=name,
            slider=slider,
            step=step,
            type_=type_,
        )

        hyperparameter_option.additional_properties = d
        return hyperparameter_option

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
