"""Guards of the trainer on devices that it has not met: GPUs, precisions, interruptions."""

from tests.mutants.mutant import Mutant

GPUS = "tests/trainer/test_gpus.py"
STOPPING = "tests/trainer/test_stopping.py"
MEMORY = "tests/trainer/test_memory.py"
VERIFY = "tests/trainer/test_verify.py"
FAILURES = "tests/trainer/test_failures.py::TestMemory"
CHILDREN = "tests/workers/test_child_process.py::TestStarting"
_TRAINER = "workers/programs/trainer"

DEVICES = (
    Mutant(
        name="cpu-instead-of-gpu",
        promise="A machine whose GPUs cannot be used never trains on its CPU in silence",
        file=f"{_TRAINER}/gpus.py",
        old='    raise Failure("backend_unavailable", message, _REMEDIES)',
        new="    return 1",
        tests=(
            f"{GPUS}::TestUsableGpus::test_that_torch_cannot_use_end_the_run_instead_of_training_on_the_cpu",
        ),
    ),
    Mutant(
        name="gpu-without-kernels",
        promise="A GPU that this build has no kernels for is named before anything is loaded",
        file=f"{_TRAINER}/gpus.py",
        old="            is_fit = major == capability[0] and minor <= capability[1]",
        new="            is_fit = (major, minor) != capability",
        tests=(f"{GPUS}::TestHasKernels::test_follows_from_capability_and_build",),
    ),
    Mutant(
        name="counter-ends-the-run",
        promise="A GPU without a counter of its use trains all the same",
        file=f"{_TRAINER}/gpus.py",
        old="    except Exception:  # noqa: BLE001 - a figure beside the training must never end it",
        new="    except RuntimeError:",
        tests=(f"{GPUS}::TestUtilization::test_is_unknown_where_a_device_has_no_counter",),
    ),
    Mutant(
        name="plans-for-each-length",
        promise="Attention that makes a plan for each length of a pack is left out",
        file=f"{_TRAINER}/model.py",
        old="    torch.backends.cuda.enable_cudnn_sdp(False)\n",
        new="",
        tests=(f"{GPUS}::TestMakeDeterministic::test_leaves_out_the_attention_that_plans_for_each_length",),
    ),
    Mutant(
        name="proof-by-bits",
        promise="An adapter that other kernels compute within rounding is proven",
        file=f"{_TRAINER}/verify.py",
        old="    if dtype is torch.float32:",
        new="    if dtype.is_floating_point:",
        tests=(f"{VERIFY}::TestVerify::test_passes_with_other_kernels_and_fails_with_another_adapter",),
    ),
    Mutant(
        name="memory-in-other-words",
        promise="Memory that ran out is known by the words of every library",
        file=f"{_TRAINER}/failures.py",
        old='    "cublas_status_alloc_failed",\n',
        new="",
        tests=(f"{FAILURES}::test_that_ran_out_is_known_by_class_or_words_unless_the_device_is_lost",),
    ),
    Mutant(
        name="reply-ends-the-job",
        promise="A reply that does not fit into memory is a warning",
        file=f"{_TRAINER}/loop.py",
        old="            if not is_out_of_memory(error):\n",
        new="            if prompt:\n",
        tests=(f"{MEMORY}::TestTooLittleMemory::test_is_survived_outside_the_gradients_too",),
    ),
    Mutant(
        name="stop-after-the-step",
        promise="A run that is asked to stop computes no further pack",
        file=f"{_TRAINER}/session.py",
        old="        if self.stopping:\n            raise Stopped",
        new="        if len(self.stopping) > 1:\n            raise Stopped",
        tests=(f"{STOPPING}::TestStopping::test_between_two_packs_keeps_the_step_before_bit_for_bit",),
    ),
    Mutant(
        name="randomness-of-half-a-step",
        promise="A step that is stopped leaves no trace in the randomness of the next attempt",
        file=f"{_TRAINER}/step.py",
        old="        run.optimizer.zero_grad()\n        checkpoint.set_random_state(before)\n        raise",
        new="        run.optimizer.zero_grad()\n        raise",
        tests=(f"{STOPPING}::TestStopping::test_between_two_packs_keeps_the_step_before_bit_for_bit",),
    ),
    Mutant(
        name="checkpoint-deleted-while-stored",
        promise="A checkpoint that is being stored stays until it is",
        file=f"{_TRAINER}/checkpoint.py",
        old="[-KEPT:], _being_stored(run_dir)}",
        new="[-KEPT:]}",
        tests=(f"{STOPPING}::TestCheckpoints::test_stay_while_they_are_stored",),
    ),
    Mutant(
        name="footprint-of-another-gpu",
        promise="A run that continues on other hardware measures its memory there",
        file=f"{_TRAINER}/checkpoint.py",
        old="is_measured_alike = state.device == device and",
        new="is_measured_alike = bool(device) and",
        tests=(f"{STOPPING}::TestOtherHardware::test_gets_a_footprint_of_its_own",),
    ),
    Mutant(
        name="overflow-counts-as-a-step",
        promise="A step that overflows in fp16 is repeated at half the scale",
        file=f"{_TRAINER}/step.py",
        old="range(OVERFLOWS if run.scaler.is_enabled() else 1)",
        new="range(1)",
        tests=(f"{STOPPING}::TestFp16::test_repeats_a_step_that_overflows_but_not_for_ever",),
    ),
    Mutant(
        name="scale-of-another-precision",
        promise="A run that began without a loss scale continues in fp16",
        file=f"{_TRAINER}/checkpoint.py",
        old='    if saved["scaler"]:',
        new="    if saved:",
        tests=(f"{STOPPING}::TestFp16::test_continues_what_began_without_a_loss_scale",),
    ),
    Mutant(
        name="beats-without-progress",
        promise="A trainer whose packs never end gives no sign of life",
        file=f"{_TRAINER}/progress.py",
        old="                if self._is_moving():\n                    self.touch_heartbeat()",
        new="                self.touch_heartbeat()",
        tests=(f"{STOPPING}::TestHeartbeat::test_ends_when_packs_no_longer_do",),
    ),
    Mutant(
        name="gpu-shared-by-two-runs",
        promise="A GPU is used by one run at a time",
        file="workers/training/gpus.py",
        old="        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        new="        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)",
        tests=("tests/workers/test_gpus.py::TestLocked::test_gives_each_gpu_to_one_run",),
    ),
    Mutant(
        name="memory-about-to-be-free",
        promise="A run has ended only when all of its processes have",
        file="workers/child_process.py",
        old="    psutil.wait_procs(killed, timeout=_DEATH_SECONDS)\n",
        new="",
        tests=(f"{CHILDREN}::test_waits_for_the_end_of_what_has_a_group_of_its_own",),
    ),
)
