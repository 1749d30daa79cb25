"""The real training program, and the programs `verify` and `demo_model`."""

import os

# read when torch is imported: busy-waiting threads starve each other where cores are shared
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# and when a GPU is first used: packs of ever new sizes leave holes that fixed segments cannot fill
if "PYTORCH_CUDA_ALLOC_CONF" not in os.environ:
    os.environ.setdefault("PYTORCH_ALLOC_CONF", "expandable_segments:True")
