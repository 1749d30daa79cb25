"""The real training program, and its neighbours `verify` and `demo_model`."""

import os

# Read when torch is imported: threads that wait busily starve each other where cores are shared.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
