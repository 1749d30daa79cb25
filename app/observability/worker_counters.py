"""Counters of all workers: each process counts by itself, Redis adds up, the API shows the sums.

A process sends what was added since it last sent; while Redis is unavailable, counts wait in the process.
"""

import asyncio
import json
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import CounterMetricFamily

from app.adapters.queue import REDIS_ERRORS, Queue
from app.log import get_logger

log = get_logger(__name__)

_KEY = "lora:meters"
_PAUSE_SECONDS = 2.0

REGISTRY = CollectorRegistry(auto_describe=False)
CLAIMS = Counter("lora_claims", "Rows claimed.", ["work", "source"], registry=REGISTRY)
TAKEOVERS = Counter("lora_takeovers", "Claims of what another attempt began.", ["work"], registry=REGISTRY)
STALE = Counter("lora_stale_attempts", "Attempts stopped at the fence.", ["work"], registry=REGISTRY)
VALIDATED = Counter("lora_validated_bytes", "Bytes of files that were checked.", registry=REGISTRY)
VALIDATING = Counter("lora_validation_seconds", "Seconds that checking them took.", registry=REGISTRY)
TRAINED = Counter("lora_trained_tokens", "Tokens that trainers reported.", registry=REGISTRY)
TRAINING = Counter("lora_training_seconds", "Seconds of compute that jobs were metered.", registry=REGISTRY)


class WorkerCounters:
    """Sends this process's counts to Redis, and reads the sums over all processes."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._sent: dict[str, float] = {}

    async def send_forever(self) -> None:
        """Send every few seconds."""
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            await self.send()

    async def send(self) -> None:
        """Send what was counted since the last time. Never raises."""
        counts = dict(_local_counts())
        added = {name: value - self._sent.get(name, 0.0) for name, value in counts.items()}
        try:
            async with asyncio.timeout(_PAUSE_SECONDS):
                pool = await self._queue.connected()
                async with pool.pipeline(transaction=True) as pipe:
                    for name, amount in added.items():
                        if amount:
                            pipe.hincrbyfloat(_KEY, name, amount)
                    await pipe.execute()
        except REDIS_ERRORS as error:
            log.warning("meters_wait", reason=type(error).__name__)
        else:
            self._sent = counts

    async def families(self) -> list[CounterMetricFamily]:
        """Read the counts of all workers; raises redis.exceptions.RedisError, OSError."""
        async with self._queue.answering() as redis:
            counts = await redis.hgetall(_KEY)
        totals = {
            (sample["name"], tuple(sorted(sample["labels"].items()))): float(value)
            for key, value in counts.items()
            for sample in [json.loads(key)]
        }
        families = []
        for metric in REGISTRY.collect():
            found = [(dict(labels), value) for (name, labels), value in totals.items() if name == metric.name]
            names = sorted(found[0][0]) if found else []
            family = CounterMetricFamily(metric.name, metric.documentation, labels=names)
            for labels, value in found or [({}, 0.0)]:
                family.add_metric([labels[name] for name in names], value)
            families.append(family)
        return families


def _local_counts() -> Iterator[tuple[str, float]]:
    for metric in REGISTRY.collect():
        for sample in metric.samples:
            if sample.name.endswith("_total"):
                yield json.dumps({"name": metric.name, "labels": sample.labels}, sort_keys=True), sample.value
