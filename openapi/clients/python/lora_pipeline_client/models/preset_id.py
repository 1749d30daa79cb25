from enum import StrEnum


class PresetId(StrEnum):
    BALANCED = "balanced"
    CUSTOM = "custom"
    FAST = "fast"
    QUALITY = "quality"

    def __str__(self) -> str:
        return str(self.value)
