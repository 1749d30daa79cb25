"""From settings to what a process needs: clients' configurations, keys, and a word when one is missing."""

import hashlib

from app.adapters.auth import TokenRules
from app.adapters.storage import StorageConfig
from app.settings import Settings


class IncompleteSettings(Exception):
    """Settings are missing without which the service must not start."""


def require_complete(settings: Settings) -> None:
    """Raises IncompleteSettings naming every setting that is missing."""
    if missing := settings.missing():
        raise IncompleteSettings(
            f"not set: {', '.join(missing)}. Production needs its own services; "
            "`lora dev` starts private ones for development."
        )


def storage_config(settings: Settings) -> StorageConfig:
    """The object store of these settings; the public address defaults to the service's own."""
    assert settings.s3_endpoint_url is not None
    assert settings.s3_access_key_id is not None
    assert settings.s3_secret_access_key is not None
    return StorageConfig(
        endpoint_url=settings.s3_endpoint_url,
        public_endpoint_url=settings.s3_public_endpoint_url or settings.s3_endpoint_url,
        access_key_id=settings.s3_access_key_id.get_secret_value(),
        secret_access_key=settings.s3_secret_access_key.get_secret_value(),
        region=settings.s3_region,
    )


def token_rules(settings: Settings) -> TokenRules:
    """What makes a bearer token acceptable."""
    return TokenRules(
        secret=settings.jwt_secret.get_secret_value() if settings.jwt_secret else None,
        jwks_url=settings.jwks_url,
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
    )


def cursor_key(settings: Settings) -> bytes:
    """The key that signs page cursors; the same in every process of a deployment."""
    assert settings.s3_secret_access_key is not None
    return hashlib.sha256(b"cursor:" + settings.s3_secret_access_key.get_secret_value().encode()).digest()
