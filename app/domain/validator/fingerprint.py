"""Compute the SHA-256 of a file in parallel with its check."""

from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256

_MIN_THREADED_BYTES = 2**16


class Fingerprint:
    """A SHA-256 that hashes large portions on another core: hashing releases the interpreter lock."""

    def __init__(self) -> None:
        self._sha256 = sha256()
        self._thread: ThreadPoolExecutor | None = None
        self._pending: Future[None] | None = None

    def update(self, data: bytes) -> None:
        """Add the next bytes."""
        self._wait()
        if len(data) < _MIN_THREADED_BYTES:
            self._sha256.update(data)
        else:
            self._thread = self._thread or ThreadPoolExecutor(1)
            self._pending = self._thread.submit(self._sha256.update, data)

    def hexdigest(self) -> str:
        """Return the hash of all bytes so far."""
        self._wait()
        if self._thread:
            self._thread.shutdown()
            self._thread = None
        return self._sha256.hexdigest()

    def _wait(self) -> None:
        if self._pending:
            self._pending.result()
            self._pending = None
