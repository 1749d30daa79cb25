from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.configuration import Configuration
    from ..models.hardware import Hardware
    from ..models.manifest_dataset import ManifestDataset
    from ..models.manifest_file import ManifestFile
    from ..models.manifest_versions import ManifestVersions
    from ..models.verification import Verification


T = TypeVar("T", bound="Manifest")


@_attrs_define
class Manifest:
    """Every file of an artifact but the manifest itself, and where it all came from.

    Attributes:
        attempt (int):
        backend (str):
        base_model (str):
        base_model_revision (None | str):
        configuration (Configuration): The configuration that a model was trained with.
        dataset (ManifestDataset): The bytes that were trained on.
        files (list[ManifestFile]):
        hardware (Hardware | None):
        job_id (str):
        verification (None | Verification): Null for the simulated trainer.
        versions (ManifestVersions):
        warnings (list[str]):
    """

    attempt: int
    backend: str
    base_model: str
    base_model_revision: None | str
    configuration: Configuration
    dataset: ManifestDataset
    files: list[ManifestFile]
    hardware: Hardware | None
    job_id: str
    verification: None | Verification
    versions: ManifestVersions
    warnings: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.hardware import Hardware  # noqa: PLC0415
        from ..models.verification import Verification  # noqa: PLC0415

        attempt = self.attempt

        backend = self.backend

        base_model = self.base_model

        base_model_revision: None | str
        base_model_revision = self.base_model_revision

        configuration = self.configuration.to_dict()

        dataset = self.dataset.to_dict()

        files = []
        for files_item_data in self.files:
            files_item = files_item_data.to_dict()
            files.append(files_item)

        hardware: dict[str, Any] | None
        if isinstance(self.hardware, Hardware):
            hardware = self.hardware.to_dict()
        else:
            hardware = self.hardware

        job_id = self.job_id

        verification: dict[str, Any] | None
        if isinstance(self.verification, Verification):
            verification = self.verification.to_dict()
        else:
            verification = self.verification

        versions = self.versions.to_dict()

        warnings = self.warnings

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "attempt": attempt,
                "backend": backend,
                "base_model": base_model,
                "base_model_revision": base_model_revision,
                "configuration": configuration,
                "dataset": dataset,
                "files": files,
                "hardware": hardware,
                "job_id": job_id,
                "verification": verification,
                "versions": versions,
                "warnings": warnings,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.configuration import Configuration  # noqa: PLC0415
        from ..models.hardware import Hardware  # noqa: PLC0415
        from ..models.manifest_dataset import ManifestDataset  # noqa: PLC0415
        from ..models.manifest_file import ManifestFile  # noqa: PLC0415
        from ..models.manifest_versions import ManifestVersions  # noqa: PLC0415
        from ..models.verification import Verification  # noqa: PLC0415

        d = dict(src_dict)
        attempt = d.pop("attempt")

        backend = d.pop("backend")

        base_model = d.pop("base_model")

        def _parse_base_model_revision(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        base_model_revision = _parse_base_model_revision(d.pop("base_model_revision"))

        configuration = Configuration.from_dict(d.pop("configuration"))

        dataset = ManifestDataset.from_dict(d.pop("dataset"))

        files = []
        _files = d.pop("files")
        for files_item_data in _files:
            files_item = ManifestFile.from_dict(files_item_data)

            files.append(files_item)

        def _parse_hardware(data: object) -> Hardware | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                hardware_type_0 = Hardware.from_dict(data)

                return hardware_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Hardware | None, data)

        hardware = _parse_hardware(d.pop("hardware"))

        job_id = d.pop("job_id")

        def _parse_verification(data: object) -> None | Verification:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                verification_type_0 = Verification.from_dict(data)

                return verification_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Verification, data)

        verification = _parse_verification(d.pop("verification"))

        versions = ManifestVersions.from_dict(d.pop("versions"))

        warnings = cast(list[str], d.pop("warnings"))

        manifest = cls(
            attempt=attempt,
            backend=backend,
            base_model=base_model,
            base_model_revision=base_model_revision,
            configuration=configuration,
            dataset=dataset,
            files=files,
            hardware=hardware,
            job_id=job_id,
            verification=verification,
            versions=versions,
            warnings=warnings,
        )

        manifest.additional_properties = d
        return manifest

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
