"""From settings to what a process needs: clients' configurations, keys, and a word when one is missing."""

import hashlib
from importlib.util import find_spec

from app.adapters.auth import TokenRules
from app.adapters.storage import StorageConfig
from app.settings import Settings

# sending is waiting for others; nobody's slow receivers may take all slots
DELIVERY_SLOTS = 8


class IncompleteSettings(Exception):
    """Settings are missing without which the service must not start."""


def require_complete(settings: Settings) -> None:
    """Raises IncompleteSettings naming every setting, or the packages, that are missing."""
    if missing := settings.missing():
        raise IncompleteSettings(
            f"not set: {', '.join(missing)}. Production needs its own services; "
            "`lora dev` starts private ones for development."
        )
    if settings.otlp_endpoint and find_spec("opentelemetry.exporter") is None:
        raise IncompleteSettings("LORA_OTLP_ENDPOINT needs packages: pip install 'lora-pipeline[otel]'")


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


def connections_per_worker(settings: Settings) -> int:
    """Database connections of one worker process at most: heartbeats must never wait behind the work."""
    return max(settings.database_pool_size, 4 * settings.slots + DELIVERY_SLOTS + 4)


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
