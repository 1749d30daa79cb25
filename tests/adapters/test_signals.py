"""Signals: every good one is passed on, whatever else is said on the channel."""

import asyncio
from uuid import uuid4

import pytest

from app.adapters.queue import SIGNALS
from app.adapters.signals import Listener
from app.domain.tasks import Signal
from tests.conftest import until


class TestListen:
    @pytest.mark.parametrize("garbage", [b"", b"\xff", b"[]", b'{"user_id": "x"}'])
    async def test_goes_on_after_a_message_that_is_no_signal(self, settings, queue, garbage):
        heard: asyncio.Queue[Signal] = asyncio.Queue()
        listener = Listener(settings.redis_url.get_secret_value(), heard.put_nowait)
        listening = asyncio.create_task(listener.listen_forever())

        async def connected():
            return listener.is_connected

        try:
            await until(connected)
            sent = Signal(uuid4())
            await (await queue.connected()).publish(SIGNALS, garbage)
            await queue.send(sent)
            async with asyncio.timeout(60):
                while await heard.get() != sent:
                    pass
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
