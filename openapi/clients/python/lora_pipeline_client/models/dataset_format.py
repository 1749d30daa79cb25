from enum import StrEnum


class DatasetFormat(StrEnum):
    ALPACA = "alpaca"
    AUTO = "auto"
    BRIGHTRUN_LORA_V3 = "brightrun_lora_v3"
    BRIGHTRUN_LORA_V4 = "brightrun_lora_v4"
    MESSAGES = "messages"
    PROMPT_COMPLETION = "prompt_completion"
    SHAREGPT = "sharegpt"
    TURNS = "turns"

    def __str__(self) -> str:
        return str(self.value)
