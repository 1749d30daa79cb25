from enum import StrEnum


class CostType(StrEnum):
    STORAGE = "storage"
    TRAINING_COMPUTE = "training_compute"

    def __str__(self) -> str:
        return str(self.value)
