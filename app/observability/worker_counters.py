"""What workers count, in one place for all of them: Redis adds it up, the API shows it.

Each process counts in a registry of its own and sends on what has come since the last time; figures that
meet a Redis that is away wait for the next time.
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


class Meters:
    """Sends this process's counts to Redis, and reads those of all."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._sent: dict[str, float] = {}

    async def send_forever(self) -> None:
        """Send on what was counted, every few seconds."""
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            await self.send()

    async def send(self) -> None:
        """Send on what was counted since the last time. Never raises."""
        now = dict(_counted())
        grown = {name: value - self._sent.get(name, 0.0) for name, value in now.items()}
        try:
            async with asyncio.timeout(_PAUSE_SECONDS):
                pool = await self._queue.connected()
                async with pool.pipeline(transaction=True) as pipe:
                    for name, amount in grown.items():
                        if amount:
                            pipe.hincrbyfloat(_KEY, name, amount)
                    await pipe.execute()
        except REDIS_ERRORS as error:
            log.warning("meters_wait", reason=type(error).__name__)
        else:
            self._sent = now

    async def families(self) -> list[CounterMetricFamily]:
        """The counts of all workers; raises redis.exceptions.RedisError, OSError."""
        async with self._queue.answering() as redis:
            counts = await redis.hgetall(_KEY)
        totals = {
            (sample["name"], tuple(sorted(sample["labels"].items()))): float(value)
            for key, value in counts.items()
            for sample in [json.loads(key)]
        }
        families = []
        for metric in REGISTRY.collect():
            mine = [(dict(labels), value) for (name, labels), value in totals.items() if name == metric.name]
            names = sorted(mine[0][0]) if mine else []
            family = CounterMetricFamily(metric.name, metric.documentation, labels=names)
            for labels, value in mine or [({}, 0.0)]:
                family.add_metric([labels[name] for name in names], value)
            families.append(family)
        return families


def _counted() -> Iterator[tuple[str, float]]:
    for metric in REGISTRY.collect():
        for sample in metric.samples:
            if sample.name.endswith("_total"):
                yield json.dumps({"name": metric.name, "labels": sample.labels}, sort_keys=True), sample.value
