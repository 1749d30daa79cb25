"""Deliver a message to a webhook: sign it, send it with no transaction open, record the reply."""

import time

from app.adapters import outbound
from app.adapters.storage import Storage
from app.services.webhooks import deliveries
from app.settings import Settings
from workers.heartbeat import LeaseKeeper
from workers.lease import Lease


async def deliver(lease: Lease, _keeper: LeaseKeeper, _storage: Storage, settings: Settings) -> None:
    """Try one claimed delivery once; raises StaleAttempt when the lease is lost.

    A drain waits for the reply, at most as long as the timeout of the request.
    """
    async with lease.write() as (session, delivery):
        message = await deliveries.prepare(session, delivery)
    if message is None:
        return

    started_at = time.monotonic()
    reply = await outbound.post(
        message.url,
        body=message.body,
        headers=message.headers,
        allow_private=settings.webhooks_allow_private,
    )

    async with lease.write() as (session, delivery):
        await deliveries.record(session, delivery, reply, seconds=time.monotonic() - started_at)
