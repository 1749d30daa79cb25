"""`GET /metrics`: numbers that operators plot, without data of users."""

import re

from app.observability.worker_counters import CLAIMS, WorkerCounters
from tests.conftest import until
from tests.factories import job_body, make_dataset, make_job, pairs, upload


async def figures(client) -> dict[str, float]:
    """Every sample by its name and labels."""
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


class TestMetrics:
    async def test_count_requests_by_route(self, alice, anonymous):
        name = 'lora_http_request_seconds_count{method="GET",route="/api/jobs/{job_id}",status="404"}'
        before = (await figures(anonymous)).get(name, 0)
        for _ in range(3):
            await alice.client.get("/api/jobs/01890000-0000-7000-8000-000000000000")
        assert (await figures(anonymous))[name] == before + 3

    async def test_show_depth_and_age_of_the_queue(self, anonymous, alice, database):
        before = await figures(anonymous)
        await make_job(database, alice.id, await make_dataset(database, alice.id))
        after = await figures(anonymous)
        name = 'lora_queue_depth{work="train_job"}'
        assert after[name] == before[name] + 1
        assert after['lora_queue_age_seconds{work="train_job"}'] > 0

    async def test_add_up_counts_of_workers(self, alice, anonymous, worker):
        before = await figures(anonymous)
        dataset_id = await upload(alice, pairs(40))

        async def ready():
            return (await alice.ok("GET", f"/api/datasets/{dataset_id}"))["dataset"]["status"] == "ready"

        await until(ready)
        job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset_id))

        async def completed():
            return (await alice.ok("GET", f"/api/jobs/{job['id']}"))["status"] == "completed"

        await until(completed)

        async def counted():
            now = await figures(anonymous)
            grown = {
                name
                for name in (
                    "lora_validated_bytes_total",
                    "lora_trained_tokens_total",
                    "lora_training_seconds_total",
                )
                if now.get(name, 0) > before.get(name, 0)
            }
            claimed = sum(value for name, value in now.items() if name.startswith("lora_claims_total"))
            return len(grown) == 3 and claimed >= 2

        await until(counted)

    async def test_hold_no_id(self, anonymous, alice, database):
        await make_job(database, alice.id, await make_dataset(database, alice.id))
        text = (await anonymous.get("/metrics")).text
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)


class TestWorkerCounters:
    async def test_send_each_count_once(self, queue):
        first, second = WorkerCounters(queue), WorkerCounters(queue)
        await first.send()
        await second.send()

        async def total() -> float:
            families = await first.families()
            [claims] = [family for family in families if family.name == "lora_claims"]
            return sum(s.value for s in claims.samples if s.labels.get("source") == "test")

        before = await total()
        CLAIMS.labels("train_job", "test").inc(5)
        await first.send()
        await first.send()
        assert await total() == before + 5
