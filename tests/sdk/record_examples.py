"""A run through the whole API, recorded: `make examples`. Add a call for every new operation."""

from tests.conftest import User, until
from tests.factories import SAMPLE, job_body, pairs, upload
from tests.sdk.recording import Recorder

MIB = 1024 * 1024
BAD = pairs(12) + b'\n{"current_user_input":"When?","target_response":null}\n' + pairs(1)


class TestRecord:
    async def test_has_an_answer_of_every_operation(self, alice, worker):
        recorder = Recorder(alice.client)
        await around(alice)
        await account(alice)
        await webhooks(alice)
        await repairs(alice)
        dataset_id = await datasets(alice)
        await second_tries(alice, dataset_id)
        await jobs(alice, dataset_id)
        await models(alice)
        await notifications(alice)
        await alice.ok("GET", "/api/me")
        await alice.ok("POST", "/api/me/erase", json={"confirm": "delete all my data"})
        recorder.write()
        assert recorder.missing() == [], "add a call to this file"


async def around(alice: User) -> None:
    for path in ("health/live", "health/ready", "base-models", "training-options"):
        await alice.ok("GET", f"/api/{path}")
    await alice.ok("POST", "/api/stream-tokens", 201)


async def account(alice: User) -> None:
    made = await alice.ok("POST", "/api/api-keys", 201, json={"name": "Nightly", "scopes": ["read"]})
    await alice.ok("POST", "/api/api-keys", 201, json={"name": "Build server"})
    await alice.ok("GET", "/api/api-keys")
    await alice.ok("DELETE", f"/api/api-keys/{made['api_key']['id']}")
    for path, body in (("budget", {"monthly_usd": 250}), ("notification-preferences", {"job_queued": False})):
        await alice.ok("PUT", f"/api/{path}", json=body)
        await alice.ok("GET", f"/api/{path}")


async def webhooks(alice: User) -> None:
    hook = {"url": "https://hooks.example.invalid/lora", "types": ["job_completed", "job_failed"]}
    for _ in range(2):
        id = (await alice.ok("POST", "/api/webhooks", 201, json=hook))["webhook"]["id"]
    await alice.ok("PATCH", f"/api/webhooks/{id}", json={"description": "The build server"})
    await alice.ok("POST", f"/api/webhooks/{id}/rotate-secret")
    delivery = (await alice.ok("POST", f"/api/webhooks/{id}/test", 201))["delivery"]

    async def tried() -> bool:
        sent = (await alice.ok("GET", f"/api/webhooks/{id}/deliveries"))["deliveries"]
        return bool(sent[0]["log"])

    await until(tried)
    await alice.ok("POST", f"/api/webhook-deliveries/{delivery['id']}/redeliver", 202)
    await alice.ok("GET", f"/api/webhooks/{id}")
    await alice.ok("GET", "/api/webhooks")
    await alice.ok("DELETE", f"/api/webhooks/{id}")


async def repairs(alice: User) -> None:
    bad = await upload(alice, BAD)
    await over(alice, f"/api/datasets/{bad}")
    await alice.ok("GET", f"/api/datasets/{bad}/report")
    made = await alice.ok(
        "POST", f"/api/datasets/{bad}/repair", 201, json={"actions": {"duplicate.exact": "drop"}}
    )
    await over(alice, f"/api/datasets/{made['dataset']['id']}")
    await alice.ok("POST", f"/api/datasets/{bad}/revalidate", 202)
    await over(alice, f"/api/datasets/{bad}")
    await alice.ok("POST", f"/api/datasets/{bad}/fit", 202, json={"max_seq_length": 1024})
    await alice.ok("GET", f"/api/datasets/{bad}/fit")
    await alice.ok("DELETE", f"/api/datasets/{bad}")


async def datasets(alice: User) -> str:
    large = {"name": "Many talks", "file_name": "talks.jsonl", "file_size": 100 * MIB}
    created = await alice.ok("POST", "/api/datasets", 201, json=large)
    await alice.ok("POST", f"/api/datasets/{created['dataset']['id']}/upload")
    sample = await alice.ok("POST", "/api/datasets/sample", 201)
    await over(alice, f"/api/datasets/{sample['dataset']['id']}")
    id = await upload(alice, SAMPLE.read_bytes(), name="Everyday advice", file_name=SAMPLE.name)
    await over(alice, f"/api/datasets/{id}")
    await alice.ok("PATCH", f"/api/datasets/{id}", json={"description": "Three assistants, 14 talks."})
    for part in ("", "/preview?limit=1", "/download"):
        await alice.ok("GET", f"/api/datasets/{id}{part}")
    await alice.ok("GET", "/api/datasets")
    return id


async def second_tries(alice: User, dataset_id: str) -> None:
    job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset_id))
    await alice.ok("POST", f"/api/jobs/{job['id']}/cancel", json={"reason": "another rank"})
    await over(alice, f"/api/jobs/{job['id']}")
    again = await alice.ok("POST", f"/api/jobs/{job['id']}/retry", 201)
    await over(alice, f"/api/jobs/{again['id']}")


async def jobs(alice: User, dataset_id: str) -> None:
    plan = job_body(dataset_id, preset_id="quality", name="Everyday adviser")
    job = await alice.ok("POST", "/api/jobs", 201, json=plan)
    priced = {
        "dataset_id": dataset_id,
        "gpu_config": plan["gpu_config"],
        "hyperparameters": job["hyperparameters"],
    }
    await alice.ok("POST", "/api/jobs/estimate", json=priced)
    await over(alice, f"/api/jobs/{job['id']}")
    for part in ("events", "logs", "metrics", "checkpoints"):
        await alice.ok("GET", f"/api/jobs/{job['id']}/{part}")
    listed = (await alice.ok("GET", "/api/jobs"))["jobs"]
    await alice.ok("GET", "/api/jobs/compare", params={"ids": f"{listed[0]['id']},{listed[1]['id']}"})
    await alice.ok("GET", "/api/costs", params={"job_id": job["id"]})

    async def settled() -> bool:
        return len((await alice.ok("GET", "/api/events?limit=2"))["events"]) == 2

    await until(settled)


async def models(alice: User) -> None:
    best, other = (await alice.ok("GET", "/api/models"))["models"][:2]
    await alice.ok("GET", f"/api/models/{best['id']}")
    await alice.ok("PATCH", f"/api/models/{best['id']}", json={"name": "Adviser, June"})
    await alice.ok("POST", f"/api/models/{best['id']}/download")
    await alice.ok("DELETE", f"/api/models/{other['id']}")


async def notifications(alice: User) -> None:
    first, second, *_ = (await alice.ok("GET", "/api/notifications"))["notifications"]
    await alice.ok("PATCH", f"/api/notifications/{first['id']}/read")
    await alice.ok("DELETE", f"/api/notifications/{second['id']}")
    await alice.ok("POST", "/api/notifications/read-all")


async def over(alice: User, path: str) -> None:
    """Wait until a dataset or a job has come to its end."""

    async def ended() -> bool:
        data = await alice.ok("GET", path)
        row = data if "status" in data else data["dataset"]
        return row["status"] in {"ready", "error", "completed", "failed", "cancelled"}

    await until(ended)
