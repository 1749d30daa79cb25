from enum import StrEnum


class GpuType(StrEnum):
    A100_40GB = "A100-40GB"
    A100_80GB = "A100-80GB"
    H100 = "H100"
    V100_32GB = "V100-32GB"

    def __str__(self) -> str:
        return str(self.value)
