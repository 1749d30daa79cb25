"""GPUs of this machine: whether they can be used, and how busy they are. torch is imported only if needed."""

import os
import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from workers.programs.trainer.failures import Failure

_DEVICES = Path("/dev")
_REMEDIES = [
    "Install the NVIDIA driver that this build of PyTorch wants, or a build for the driver that is here.",
    "To train on the CPU all the same, set CUDA_VISIBLE_DEVICES to nothing.",
]
_OLD_REMEDIES = [
    "Install a build of PyTorch for this GPU: Volta (V100) has kernels in the builds for CUDA 12.6.",
    "Choose another GPU.",
]


def usable_gpus() -> int:
    """Count the GPUs that torch sees; raises Failure where there are some and it sees none."""
    expected = _expected()
    if not expected:
        return 0
    import torch  # noqa: PLC0415 - it takes seconds

    if torch.cuda.is_available():
        return torch.cuda.device_count()
    torch_name = f"PyTorch {torch.__version__}"
    message = f"This machine has {expected} GPU(s), but {torch_name} cannot use them: {_reason(torch)}"
    raise Failure("backend_unavailable", message, _REMEDIES)


def require_kernels() -> None:
    """Raise Failure where this build of torch has no kernels for this process's GPU."""
    import torch  # noqa: PLC0415

    if not torch.cuda.is_available():
        return
    capability, built = torch.cuda.get_device_capability(), torch.cuda.get_arch_list()
    if not has_kernels(capability, built):
        found, name = ".".join(map(str, capability)), torch.cuda.get_device_name()
        message = (
            f"{name} has compute capability {found}, and this build of PyTorch is for {', '.join(built)}."
        )
        raise Failure("backend_unavailable", message, _OLD_REMEDIES)


def has_kernels(capability: tuple[int, int], built: Iterable[str]) -> bool:
    """Whether a GPU runs what was built: binaries of its major version up to its own, or any older PTX."""
    for name in built:
        found = re.fullmatch(r"(sm|compute)_(\d+)(\d)([af]?)", name)
        if found is None:
            return True  # another kind of device, of which this list says nothing
        kind, major, minor, suffix = found[1], int(found[2]), int(found[3]), found[4]
        if suffix == "a":
            is_fit = capability == (major, minor)
        elif kind == "sm" or suffix == "f":
            is_fit = major == capability[0] and minor <= capability[1]
        else:
            is_fit = (major, minor) <= capability
        if is_fit:
            return True
    return False


def utilization() -> float | None:
    """Return the use of this process's GPU in percent; None where no one says.

    Virtual and partitioned GPUs have no such counter, and each library has an error of its own for that.
    """
    try:
        import torch  # noqa: PLC0415

        return float(torch.cuda.utilization()) if torch.cuda.is_initialized() else None
    except Exception:  # noqa: BLE001 - a figure beside the training must never end it
        return None


def main() -> None:
    """Print how many GPUs can be used; where some cannot, why, and on a second line the remedy."""
    try:
        print(f"{usable_gpus()} usable")  # noqa: T201 - the answer
    except Failure as failure:
        print(f"{failure.message}\n{' '.join(failure.remedies)}")  # noqa: T201


def _expected() -> int:
    """Count the GPUs that the machine shows and this process may use, without any library."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return len([name for name in chosen.split(",") if name.strip() not in ("", "-1")])
    return len(list(_DEVICES.glob("nvidia[0-9]*")))


def _reason(torch: Any) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            torch.cuda.init()
        except Exception as error:  # noqa: BLE001 - its words are what is asked for
            return str(error).strip().splitlines()[0]
    return "it gives no reason."
