"""Failures of the trainer, in the contract's codes."""

import errno

import pytest

from tests.every import every
from workers.programs.trainer.failures import Failure, as_failure


def wrapped(cause: Exception) -> Exception:
    """As libraries do: the cause lies one exception below."""
    try:
        raise RuntimeError("while doing something") from cause
    except RuntimeError as error:
        return error


class TestAsFailure:
    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (OSError(errno.ENOSPC, "No space left on device"), "disk_full"),
            (RuntimeError("I/O error: No space left on device (os error 28)"), "disk_full"),
            (MemoryError(), "out_of_memory"),
            (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "out_of_memory"),
            (Failure("dataset_changed", "Other bytes."), "dataset_changed"),
            (KeyError("surprise"), "trainer_crashed"),
        ],
    )
    def test_finds_the_cause_even_below_other_exceptions(self, error: Exception, code: str) -> None:
        assert as_failure(error).code == as_failure(wrapped(error)).code == code

    def test_says_a_sentence_and_what_may_help(self) -> None:
        failure = as_failure(ValueError("first line\nsecond line"))
        assert failure.message == "ValueError: first line"
        assert failure.remedies

    def test_a_full_disk_behind_another_failure_is_a_full_disk(self) -> None:
        failure = Failure("base_model_unavailable", "Not there.")
        failure.__cause__ = OSError(errno.ENOSPC, "No space left on device")
        assert as_failure(failure).code == "disk_full"


class OutOfMemoryError(RuntimeError):
    """As torch names it."""


class TestMemory:
    @every(
        "error, code",
        [
            (OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), "out_of_memory"),
            (RuntimeError("CUDA error: out of memory"), "out_of_memory"),
            (
                RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
                "out_of_memory",
            ),
            (
                RuntimeError("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`"),
                "out_of_memory",
            ),
            (RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), "out_of_memory"),
            (
                RuntimeError("ncclUnhandledCudaError: Last error: Cuda failure 2 'out of memory'"),
                "out_of_memory",
            ),
            (RuntimeError("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED"), "trainer_crashed"),
            (RuntimeError("CUDA error: an illegal memory access was encountered"), "trainer_crashed"),
            (RuntimeError("CUDA error: device-side assert triggered"), "trainer_crashed"),
            (OutOfMemoryError("illegal memory access, perhaps out of memory"), "trainer_crashed"),
        ],
    )
    def test_that_ran_out_is_known_by_class_or_words_unless_the_device_is_lost(
        self, error: Exception, code: str
    ) -> None:
        assert as_failure(error).code == code
