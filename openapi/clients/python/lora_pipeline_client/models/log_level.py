from enum import StrEnum


class LogLevel(StrEnum):
    ERROR = "error"
    INFO = "info"
    OUTPUT = "output"
    WARNING = "warning"

    def __str__(self) -> str:
        return str(self.value)
