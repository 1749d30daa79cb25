from enum import StrEnum


class Scope(StrEnum):
    ACCOUNT = "account"
    READ = "read"
    WRITE = "write"

    def __str__(self) -> str:
        return str(self.value)
