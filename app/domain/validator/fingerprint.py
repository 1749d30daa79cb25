"""The SHA-256 of a file, taken beside its check."""

from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256

_WORTH_A_THREAD = 2**16


class Fingerprint:
    """A hash that large portions are added to on another core: hashing lets go of the interpreter."""

    def __init__(self) -> None:
        self._sha256 = sha256()
        self._thread: ThreadPoolExecutor | None = None
        self._under_way: Future[None] | None = None

    def update(self, data: bytes) -> None:
        """Add the next bytes."""
        self._wait()
        if len(data) < _WORTH_A_THREAD:
            self._sha256.update(data)
        else:
            self._thread = self._thread or ThreadPoolExecutor(1)
            self._under_way = self._thread.submit(self._sha256.update, data)

    def hexdigest(self) -> str:
        """The hash of all bytes so far."""
        self._wait()
        if self._thread:
            self._thread.shutdown()
            self._thread = None
        return self._sha256.hexdigest()

    def _wait(self) -> None:
        if self._under_way:
            self._under_way.result()
            self._under_way = None
