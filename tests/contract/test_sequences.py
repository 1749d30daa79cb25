"""Random sequences of calls never come apart from a model made of dicts.

`CONTRACT_SEQUENCES=500 CONTRACT_STEPS=50` (make contract-fuzz) runs longer.
"""

import asyncio
import os

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from app.adapters.auth import make_token
from tests.contract.machine import Sequences, World
from tests.exposure import tried

SEQUENCES = int(os.environ.get("CONTRACT_SEQUENCES", "20"))
STEPS = int(os.environ.get("CONTRACT_STEPS", "25"))
# refusals that must have been met, or the sequences showed little; all of them by many, most by a few
EXPOSED = {
    "budget_exceeded", "dataset_in_use", "dataset_not_ready", "dataset_not_uploading", "job_not_cancellable",
    "job_not_retryable", "not_found", "upload_missing",
}  # fmt: skip


class TestAnySequence:
    async def test_ends_where_the_model_does(self, url, settings, database, storage):
        secret = settings.jwt_secret.get_secret_value()
        loop = asyncio.get_running_loop()

        class Here(Sequences):
            world = World(
                url, lambda user: make_token(secret, user, ttl_seconds=3600), database, storage, loop
            )

        how = hypothesis_settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=SEQUENCES == 20,
            suppress_health_check=list(HealthCheck),
        )
        await asyncio.to_thread(run_state_machine_as_test, Here, settings=how)
        tried["T20 sequences"] += SEQUENCES
        missed = EXPOSED - set(Here.refusals)
        assert len(missed) <= (0 if SEQUENCES >= 100 else 3), missed
