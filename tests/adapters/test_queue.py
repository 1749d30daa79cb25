"""Hints: sent when Redis is there, and never an error when it is not."""

import asyncio
from uuid import uuid4

import pytest
import uvloop

from app.adapters.queue import Queue
from app.domain.tasks import Signal, Task, TaskName


class TestSend:
    @pytest.mark.parametrize("hint", [Signal(uuid4()), Task(TaskName.TRAIN_JOB, uuid4())])
    def test_does_not_mind_a_connection_that_breaks_before_the_write(self, settings, hint):
        """uvloop raises a RuntimeError there, which is neither Redis' nor the system's."""

        async def send() -> bool:
            queue = Queue(settings.redis_url.get_secret_value())
            pool = (await queue.connected()).connection_pool
            check_out, broken = pool.get_connection, []

            async def break_once(*arguments, **options):
                connection = await check_out(*arguments, **options)
                if not broken:
                    broken.append(connection)
                    connection._writer.transport.abort()
                    await asyncio.sleep(0.01)
                return connection

            pool.get_connection = break_once
            await queue.send(hint)
            await queue.close()
            return bool(broken)

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            assert runner.run(asyncio.wait_for(send(), 10))
