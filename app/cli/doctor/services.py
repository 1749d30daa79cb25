"""What the services say when they are asked: database, Redis, object store."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from redis.exceptions import ResponseError
from sqlalchemy import text

from app.adapters import cors
from app.adapters.queue import Queue
from app.adapters.storage import Storage, StorageConfig
from app.cli.doctor.finding import Finding
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


async def examine(settings: Settings) -> list[Finding]:
    """Everything about the services that these settings name."""
    if missing := settings.missing():
        mend = "`lora dev` starts embedded ones; production sets these"
        return [
            Finding("services", f"not set: {', '.join(missing)}", "" if not settings.database_url else mend)
        ]
    assert settings.redis_url is not None
    queue = Queue(settings.redis_url.get_secret_value())
    found = [*await _database(settings, queue), *await _redis(queue), *await _store(settings)]
    await queue.close()
    return found


async def _database(settings: Settings, queue: Queue) -> list[Finding]:
    assert settings.database_url is not None
    database = Database(settings.database_url.get_secret_value(), send=queue.send)
    mend = "check LORA_DATABASE_URL; run `lora migrate`"
    found = [
        await _ask("database", lambda: health.check_database(database), mend),
        await _ask("login role", lambda: health.check_role(database), "use a role without special rights"),
    ]
    try:
        async with database.engine.connect() as connection:
            began = time.time()
            facts = (await connection.execute(_FACTS)).one()
            ended = time.time()
    except Exception:  # noqa: BLE001 - what is wrong has been said
        return found
    finally:
        await database.close()
    # an API process has a second pool, for reads
    needed = 2 * settings.database_pool_size + settings.connections_per_worker
    room = connections(facts.used, facts.most, needed)
    return [*found, version(facts.version), clock(facts.clock - min(max(facts.clock, began), ended)), room]


def version(number: int) -> Finding:
    """Whether PostgreSQL is new enough; 160004 is 16.4."""
    state = f"{number // 10_000}.{number % 10_000}"
    is_old = number < _OLDEST_POSTGRESQL
    return Finding("PostgreSQL", state, "upgrade to 16 or newer: roles lack rights below" if is_old else "")


def clock(ahead_seconds: float) -> Finding:
    """Whether this machine and the database agree on the time."""
    off = abs(ahead_seconds) > _MOST_SKEW_SECONDS
    state = f"the database is {abs(ahead_seconds):.1f} s {'ahead' if ahead_seconds > 0 else 'behind'}"
    mend = "keep both machines' clocks by NTP: tokens and presigned URLs expire by this one's" if off else ""
    return Finding("clock", state, mend)


def connections(used: int, most: int, needed: int) -> Finding:
    """Whether one more API and one more worker would find room."""
    mend = f"raise max_connections, or lower LORA_DATABASE_POOL_SIZE: an API and a worker take up to {needed}"
    return Finding("connections", f"{used} of {most} in use", "" if most - used >= needed else mend)


async def _redis(queue: Queue) -> list[Finding]:
    found = await _ask("redis", queue.ping, "check LORA_REDIS_URL")
    if found.mend:
        return [found]
    redis = await queue.connected()
    facts: dict[str, Any] = await redis.info()
    policy = facts.get("maxmemory_policy", "noeviction")
    eviction = "set maxmemory-policy noeviction: messages would vanish when memory runs short"
    return [
        found,
        Finding("redis eviction", policy, "" if policy == "noeviction" else eviction),
        await _persistence(redis, is_logged=bool(facts.get("aof_enabled"))),
    ]


async def _persistence(redis: Any, *, is_logged: bool) -> Finding:
    if is_logged:
        return Finding("redis persistence", "append-only file")
    try:
        snapshots = (await redis.config_get("save"))["save"]
    except ResponseError:  # managed ones do not tell
        return Finding("redis persistence", "unknown: CONFIG is not allowed")
    mend = "set appendonly yes: a restart would forget messages, limits and stream tokens"
    return Finding("redis persistence", "snapshots only" if snapshots else "none", mend)


async def _store(settings: Settings) -> list[Finding]:
    async with Storage(StorageConfig.from_settings(settings)) as storage:
        mend = "check LORA_S3_*; `lora migrate` makes the buckets"
        found = [await _ask("object store", storage.ping, mend)]
    if settings.cors_origins:
        store = str(settings.s3_endpoint_url)  # the public address may not be reachable from here
        rules = cors.rules(settings.cors_origins)
        mend = f"aws s3api put-bucket-cors for both buckets, --cors-configuration '{rules}'"
        found.append(
            await _ask("uploads by browsers", lambda: cors.check(store, settings.cors_origins), mend)
        )
    return found


async def _ask(what: str, check: Callable[[], Awaitable[None]], mend: str) -> Finding:
    try:
        await check()
    except Exception as error:  # noqa: BLE001 - whatever is wrong is the diagnosis
        return Finding(what, str(error) or type(error).__name__, mend)
    return Finding(what, "ok")
