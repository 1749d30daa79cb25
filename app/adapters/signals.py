"""Receives the signals of all processes: one Redis subscription, shared by all streams of this one."""

import asyncio
from collections.abc import Callable

import msgspec
from redis.asyncio import Redis

from app.adapters.queue import REDIS_ERRORS, SIGNALS
from app.domain.tasks import Signal
from app.log import get_logger

log = get_logger(__name__)

_PAUSE_SECONDS = 1.0
_SILENCE_SECONDS = 15.0


class Listener:
    """Passes each signal to `receive`; while `is_connected` is false some may be lost."""

    def __init__(self, redis_url: str, receive: Callable[[Signal], None]) -> None:
        self.is_connected = False
        self._url = redis_url
        self._receive = receive

    async def listen_forever(self) -> None:
        """Listen, and reconnect to a Redis that was unreachable."""
        while True:
            try:
                async with Redis.from_url(self._url, socket_connect_timeout=3) as redis:
                    await self._listen(redis)
            except REDIS_ERRORS as error:
                log.warning("signals_lost", reason=type(error).__name__)
            finally:
                self.is_connected = False
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _listen(self, redis: Redis) -> None:
        async with redis.pubsub() as channel:
            await channel.subscribe(SIGNALS)
            while True:
                message = await channel.get_message(timeout=_SILENCE_SECONDS)
                if message is None:
                    await channel.ping()  # a half-open connection fails here
                elif message["type"] == "subscribe":
                    self.is_connected = True
                elif message["type"] == "message":
                    self._pass_on(message["data"])

    def _pass_on(self, data: bytes) -> None:
        try:
            signal = msgspec.json.decode(data, type=Signal)
        except msgspec.MsgspecError as error:  # the next one may be valid
            log.warning("signal_not_understood", reason=str(error))
        else:
            self._receive(signal)
