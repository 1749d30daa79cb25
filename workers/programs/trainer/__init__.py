"""The real training program, and the programs `verify` and `demo_model`."""

import os

# read when torch is imported: busy-waiting threads starve each other where cores are shared
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
