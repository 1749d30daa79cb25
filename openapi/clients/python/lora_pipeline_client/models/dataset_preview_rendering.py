from enum import StrEnum


class DatasetPreviewRendering(StrEnum):
    GENERIC = "generic"
    MODEL = "model"

    def __str__(self) -> str:
        return str(self.value)
