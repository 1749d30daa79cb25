from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.job_overrides import JobOverrides


T = TypeVar("T", bound="JobRetry")


@_attrs_define
class JobRetry:
    """How to try a job again.

    Attributes:
        from_checkpoint (bool | Unset): Resume from the last checkpoint, if there is one. With other hyperparameters or
            another base model, training starts from the beginning. Default: True.
        overrides (JobOverrides | Unset): The settings to change for this try.
    """

    from_checkpoint: bool | Unset = True
    overrides: JobOverrides | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from_checkpoint = self.from_checkpoint

        overrides: dict[str, Any] | Unset = UNSET
        if not isinstance(self.overrides, Unset):
            overrides = self.overrides.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if from_checkpoint is not UNSET:
            field_dict["from_checkpoint"] = from_checkpoint
        if overrides is not UNSET:
            field_dict["overrides"] = overrides

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_overrides import JobOverrides  # noqa: PLC0415

        d = dict(src_dict)
        from_checkpoint = d.pop("from_checkpoint", UNSET)

        _overrides = d.pop("overrides", UNSET)
        overrides: JobOverrides | Unset
        if isinstance(_overrides, Unset):
            overrides = UNSET
        else:
            overrides = JobOverrides.from_dict(_overrides)

        job_retry = cls(
            from_checkpoint=from_checkpoint,
            overrides=overrides,
        )

        return job_retry
