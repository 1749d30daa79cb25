from enum import StrEnum


class ListModelsSort(StrEnum):
    CREATED_AT = "created_at"
    QUALITY = "quality"

    def __str__(self) -> str:
        return str(self.value)
