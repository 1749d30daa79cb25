from enum import StrEnum


class JobOverridesMethodType0(StrEnum):
    LORA = "lora"
    QLORA = "qlora"

    def __str__(self) -> str:
        return str(self.value)
