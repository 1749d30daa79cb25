"""Secrets at rest: encrypted and authenticated under a key that the database does not hold."""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION, _NONCE_BYTES = "v1", 12


class NotOpened(Exception):
    """The secret was sealed with a key that is not given here, for another row, or was altered."""


class Sealer:
    """AES-256-GCM under keys of 32 bytes: the first one seals, all of them open.

    A secret is bound to its row: moved to another one, it does not open.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {hashlib.sha256(b"name:" + key).hexdigest()[:8]: key for key in keys}

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The names of the keys, which tell nothing about them; the first one seals."""
        return tuple(self._keys)

    def seal(self, secret: str, row_id: UUID) -> str:
        """Seal a secret for the row with this id."""
        key_id, nonce = self.key_ids[0], secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self._keys[key_id]).encrypt(nonce, secret.encode(), row_id.bytes)
        return f"{_VERSION}.{key_id}.{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, row_id: UUID) -> str:
        """Open what was sealed for this row, or return what was never sealed; raises NotOpened."""
        version, _, rest = sealed.partition(".")
        if version != _VERSION:
            return sealed
        key_id, _, encoded = rest.partition(".")
        if key_id not in self._keys:
            raise NotOpened(f"it was sealed with the key {key_id}")
        try:
            content = base64.b64decode(encoded)
            opened = AESGCM(self._keys[key_id]).decrypt(
                content[:_NONCE_BYTES], content[_NONCE_BYTES:], row_id.bytes
            )
        except (InvalidTag, ValueError):  # the latter for what was cut
            raise NotOpened("it belongs to another row, or was altered") from None
        return opened.decode()
