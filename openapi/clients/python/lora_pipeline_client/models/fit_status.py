from enum import StrEnum


class FitStatus(StrEnum):
    FAILED = "failed"
    PENDING = "pending"
    READY = "ready"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return str(self.value)
