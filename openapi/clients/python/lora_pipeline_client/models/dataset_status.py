from enum import StrEnum


class DatasetStatus(StrEnum):
    ERROR = "error"
    READY = "ready"
    UPLOADING = "uploading"
    VALIDATING = "validating"

    def __str__(self) -> str:
        return str(self.value)
