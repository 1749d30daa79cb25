from enum import StrEnum


class EstimateCreateMethod(StrEnum):
    LORA = "lora"
    QLORA = "qlora"

    def __str__(self) -> str:
        return str(self.value)
