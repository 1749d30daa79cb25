"""Checks of the services: database, Redis, object store."""

import time
from typing import Any

from redis.exceptions import ResponseError
from sqlalchemy import text

from app.adapters.queue import Queue
from app.cli.doctor import Check, check, store
from app.db.session import Database
from app.services import health
from app.settings import Settings

_OLDEST_POSTGRESQL = 160_000
_MOST_SKEW_SECONDS = 1.0
_FACTS = text(
    """
    SELECT current_setting('server_version_num')::int AS version,
           extract(epoch FROM clock_timestamp())::float AS clock,
           current_setting('max_connections')::int
             - current_setting('superuser_reserved_connections')::int AS most,
           (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used
    """
)


async def examine(settings: Settings) -> list[Check]:
    """Check the services that the settings name."""
    if missing := settings.missing():
        fix = "set these in production; `lora dev` starts embedded services"
        return [Check("services", f"not set: {', '.join(missing)}", "" if not settings.database_url else fix)]
    assert settings.redis_url is not None
    queue = Queue(settings.redis_url.get_secret_value())
    found = [*await _database(settings, queue), *await _redis(queue), *await store.examine(settings)]
    await queue.close()
    return found


async def _database(settings: Settings, queue: Queue) -> list[Check]:
    assert settings.database_url is not None
    database = Database(settings.database_url.get_secret_value(), send=queue.send)
    fix, role = "check LORA_DATABASE_URL; run `lora migrate`", "use a role without special privileges"
    found = [
        await check("database", lambda: health.check_database(database), fix),
        await check("login role", lambda: health.check_role(database), role),
    ]
    try:
        async with database.engine.connect() as connection:
            began = time.time()
            facts = (await connection.execute(_FACTS)).one()
            ended = time.time()
    except Exception:  # noqa: BLE001 - the first check has reported it
        return found
    finally:
        await database.close()
    # an API process has a second pool, for reads
    needed = 2 * settings.database_pool_size + settings.connections_per_worker
    free = connections(facts.used, facts.most, needed)
    return [*found, version(facts.version), clock(facts.clock - min(max(facts.clock, began), ended)), free]


def version(number: int) -> Check:
    """Check that PostgreSQL is new enough; 160004 is 16.4."""
    state = f"{number // 10_000}.{number % 10_000}"
    fix = "upgrade to 16 or newer: older versions lack role options"
    return Check("PostgreSQL", state, fix if number < _OLDEST_POSTGRESQL else "")


def clock(ahead_seconds: float) -> Check:
    """Check that this machine and the database agree on the time."""
    off = abs(ahead_seconds) > _MOST_SKEW_SECONDS
    state = f"the database is {abs(ahead_seconds):.1f} s {'ahead' if ahead_seconds > 0 else 'behind'}"
    fix = "synchronize both clocks by NTP: tokens and presigned URLs expire by this machine's" if off else ""
    return Check("clock", state, fix)


def connections(used: int, most: int, needed: int) -> Check:
    """Check that one more API and one more worker would get connections."""
    fix = f"raise max_connections, or lower LORA_DATABASE_POOL_SIZE: an API and a worker take up to {needed}"
    return Check("connections", f"{used} of {most} in use", "" if most - used >= needed else fix)


async def _redis(queue: Queue) -> list[Check]:
    found = await check("redis", queue.ping, "check LORA_REDIS_URL")
    if found.fix:
        return [found]
    redis = await queue.connected()
    facts: dict[str, Any] = await redis.info()
    policy = facts.get("maxmemory_policy", "noeviction")
    eviction = "set maxmemory-policy noeviction: otherwise messages vanish when memory runs short"
    return [
        found,
        Check("redis eviction", policy, "" if policy == "noeviction" else eviction),
        await _persistence(redis, is_logged=bool(facts.get("aof_enabled"))),
    ]


async def _persistence(redis: Any, *, is_logged: bool) -> Check:
    if is_logged:
        return Check("redis persistence", "append-only file")
    try:
        snapshots = (await redis.config_get("save"))["save"]
    except ResponseError:  # managed services forbid it
        return Check("redis persistence", "unknown: CONFIG is not allowed")
    fix = "set appendonly yes: otherwise a restart forgets messages, limits and stream tokens"
    return Check("redis persistence", "snapshots only" if snapshots else "none", fix)
