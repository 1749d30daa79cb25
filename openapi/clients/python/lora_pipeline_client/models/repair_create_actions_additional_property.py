from enum import StrEnum


class RepairCreateActionsAdditionalProperty(StrEnum):
    DROP = "drop"
    KEEP = "keep"
    MEND = "mend"

    def __str__(self) -> str:
        return str(self.value)
