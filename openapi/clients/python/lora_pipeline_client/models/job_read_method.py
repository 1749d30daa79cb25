from enum import StrEnum


class JobReadMethod(StrEnum):
    LORA = "lora"
    QLORA = "qlora"

    def __str__(self) -> str:
        return str(self.value)
