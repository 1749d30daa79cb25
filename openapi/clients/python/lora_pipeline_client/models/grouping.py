from enum import StrEnum


class Grouping(StrEnum):
    DAY = "day"
    JOB = "job"
    TYPE = "type"

    def __str__(self) -> str:
        return str(self.value)
