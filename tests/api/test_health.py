"""Probes: alive, ready, degraded, unavailable."""

import pytest

from app.adapters.queue import Queue
from app.adapters.storage import Storage
from app.db.session import Database
from app.services import health
from app.services.health import UnsafeRole, check_role

PARTS = {"database", "redis", "object_store"}
NOWHERE = "127.0.0.1:9"


async def ready(client) -> tuple[int, str, dict[str, str]]:
    answer = await client.get("/api/health/ready")
    data = answer.json()["data"]
    assert all(part["latency_seconds"] >= 0 for part in data["parts"].values())
    return answer.status_code, data["status"], {name: part["status"] for name, part in data["parts"].items()}


class TestLiveness:
    async def test_touches_nothing(self, anonymous, instead):
        for name in ("database", "queue", "storage"):
            instead(name, None)
        answer = await anonymous.get("/api/health/live")
        assert (answer.status_code, answer.json()) == (200, {"success": True, "data": {"status": "ok"}})


class TestReadiness:
    async def test_names_every_part(self, anonymous):
        assert await ready(anonymous) == (200, "ok", dict.fromkeys(PARTS, "ok"))

    async def test_is_degraded_without_redis(self, anonymous, instead):
        away = Queue(f"redis://{NOWHERE}/0")
        instead("queue", away)
        status, word, parts = await ready(anonymous)
        assert (status, word, parts["redis"], parts["database"]) == (200, "degraded", "down", "ok")

    async def test_is_degraded_without_the_store(self, anonymous, instead, settings):
        async with Storage(settings.model_copy(update={"s3_endpoint_url": f"http://{NOWHERE}"})) as away:
            instead("storage", away)
            status, word, parts = await ready(anonymous)
        assert (status, word, parts["object_store"], parts["redis"]) == (200, "degraded", "down", "ok")

    async def test_fails_without_the_database(self, anonymous, instead, queue):
        away = Database(f"postgresql+asyncpg://nobody:nothing@{NOWHERE}/lora", send=queue.send)
        instead("database", away)
        status, word, parts = await ready(anonymous)
        assert (status, word, parts["database"]) == (503, "unavailable", "down")
        await away.close()

    async def test_fails_while_the_schema_is_another(self, anonymous, monkeypatch):
        monkeypatch.setattr(health, "REVISION", "9999")
        status, word, _ = await ready(anonymous)
        assert (status, word) == (503, "unavailable")

    async def test_says_nothing_of_the_cause(self, anonymous, instead, queue):
        away = Database(f"postgresql+asyncpg://nobody:hunter2@{NOWHERE}/lora", send=queue.send)
        instead("database", away)
        answer = await anonymous.get("/api/health/ready")
        assert "hunter2" not in answer.text
        assert NOWHERE not in answer.text
        await away.close()


class TestLoginRole:
    async def test_may_not_be_the_owner(self, settings, queue):
        owner = Database(settings.database_owner_url.get_secret_value(), send=queue.send)
        with pytest.raises(UnsafeRole, match="neither superuser nor owner"):
            await check_role(owner)
        await owner.close()

    async def test_is_safe_here(self, database):
        await check_role(database)
