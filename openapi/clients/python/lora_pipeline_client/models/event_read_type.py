from enum import StrEnum


class EventReadType(StrEnum):
    ARTIFACT = "artifact"
    ATTEMPT = "attempt"
    CHECKPOINT = "checkpoint"
    COST = "cost"
    END = "end"
    LOG = "log"
    METRIC = "metric"
    PROGRESS = "progress"
    STAGE = "stage"
    STATUS = "status"

    def __str__(self) -> str:
        return str(self.value)
