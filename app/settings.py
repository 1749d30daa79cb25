"""Settings: the only reader of the environment."""

import hashlib
import json
from decimal import Decimal
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.domain.catalog import GpuType


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _prices(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


CommaList = Annotated[list[str], NoDecode, BeforeValidator(_split)]
Prices = Annotated[dict[GpuType, Decimal], NoDecode, BeforeValidator(_prices)]


# webhook messages that one worker sends at a time; slow receivers of one user must not take all slots
DELIVERY_SLOTS = 8
# fits of datasets to models that one worker works out at a time, beside its validations and jobs
FIT_SLOTS = 1


_SHORTEST_KEY = 32


class IncompleteSettings(Exception):
    """Settings are missing that the service needs to start."""


class Settings(BaseSettings):
    """All settings of the service; each field is one LORA_* variable."""

    model_config = SettingsConfigDict(env_prefix="LORA_", env_ignore_empty=True, frozen=True)

    environment: Literal["production", "dev", "demo", "test"] = Field(
        "production", description="`lora dev`, `lora demo` and the tests set their own."
    )
    data_dir: Path = Field(Path(".data"), description="Embedded services, run files, caches.")
    models_dir: Path = Field(Path(".cache/models"), description="Base models: downloads and local.")
    host: str = Field("127.0.0.1", description="Address that the API listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that the API listens on.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Log level.")
    log_json: bool = Field(True, description="One JSON object a line; false for people.")

    otlp_endpoint: str | None = Field(
        None, description="Where traces go: an OpenTelemetry collector, http://host:4318. Off when unset."
    )

    database_url: SecretStr | None = Field(
        None, description="PostgreSQL 16+, the login role: neither superuser nor owner."
    )
    database_owner_url: SecretStr | None = Field(
        None, description="The schema's owner, with CREATEROLE; used by `lora migrate` only."
    )
    database_pool_size: int = Field(10, ge=1, le=200, description="Connections per process.")
    redis_url: SecretStr | None = Field(None, description="Redis 6+ or Valkey.")
    s3_endpoint_url: str | None = Field(None, description="The object store, as the service sees it.")
    s3_public_endpoint_url: str | None = Field(
        None, description="The object store, as browsers see it in presigned URLs."
    )
    s3_access_key_id: SecretStr | None = Field(None, description="Object store access key.")
    s3_secret_access_key: SecretStr | None = Field(None, description="Object store secret key.")
    s3_region: str = Field("us-east-1", description="Object store region.")

    jwt_secret: SecretStr | None = Field(None, description="HS256 secret, 32 bytes or more.")
    secrets_key: SecretStr | None = Field(
        None,
        description="Seals secrets in the database, 32 characters or more; a comma list while it changes: "
        "the first one seals, all of them open.",
    )
    jwks_url: str | None = Field(None, description="RS256/ES256/EdDSA keys; excludes the secret.")
    jwt_issuer: str | None = Field(None, description="Required `iss`, when set.")
    jwt_audience: str | None = Field(None, description="Required `aud`, when set.")
    rate_limit_per_minute: int = Field(
        600, ge=0, description="Requests of one user; 0 is off, as in dev, demo and test unless it is set."
    )
    rate_limit_per_address_per_minute: int = Field(
        120, ge=0, description="Requests of one address without a valid token; 0 is off, as above."
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="Comma list of addresses or networks whose X-Forwarded-For names the caller; * for all.",
    )
    cors_origins: CommaList = Field([], description="Comma list of browser origins, or *.")
    max_body_bytes: int = Field(1_048_576, ge=1024, description="Largest JSON body.")

    trainer: Literal["simulated", "local"] = Field("local", description="Where training runs.")
    default_base_model: str = Field(
        "qwen2.5-7b-instruct", description="Catalogue id; dev, demo and test use tiny-llama-demo."
    )
    simulator_steps_per_second: float = Field(50, gt=0, description="Pace of the simulated trainer.")
    gpu_prices: Prices = Field({}, description='USD per GPU-hour, as JSON: {"H100": "3.90"}.')

    workers: int = Field(1, ge=0, le=64, description="Worker processes that `lora dev` starts.")
    worker_slots: int | None = Field(
        None, ge=1, le=256, description="Jobs at a time per worker; 4 simulated, 1 local."
    )
    max_running_jobs_per_user: int | None = Field(
        None, ge=1, description="Jobs of one user at a time, over all workers; no limit when unset."
    )
    max_queued_jobs_per_user: int = Field(200, ge=1, description="Queued jobs of one user at a time.")
    max_open_uploads_per_user: int = Field(50, ge=1, description="Uploads of one user at a time.")
    max_pending_fits_per_user: int = Field(
        20, ge=1, description="Fits to base models of one user that wait to be worked out."
    )
    max_stored_bytes_per_user: int = Field(
        107_374_182_400, ge=1, description="Bytes of one user's datasets, deleted ones until they are purged."
    )
    max_jobs_per_user_per_day: int = Field(
        5000, ge=1, description="Jobs that one user makes in 24 hours, whatever becomes of them."
    )
    max_datasets_per_user_per_day: int = Field(
        5000, ge=1, description="Datasets that one user makes in 24 hours, repairs and deleted ones too."
    )
    lease_seconds: float = Field(30, gt=0, description="A worker silent this long lost its work.")
    heartbeat_seconds: float = Field(5, gt=0, description="Lease renewal; a quarter of it or less.")
    sweep_seconds: float = Field(5, gt=0, description="Pause between sweeps.")
    poll_seconds: float = Field(3, ge=0, description="Database poll behind Redis; 0 is off.")
    failure_budget: int = Field(3, ge=1, description="Failures in a row before work is given up.")
    webhooks_allow_private: bool = Field(
        False, description="Send webhooks to private addresses and by plain http too; for development."
    )
    max_upload_bytes: int = Field(524_288_000, ge=1, description="Largest dataset file.")
    metrics_retention_days: int | None = Field(
        None,
        ge=0,
        description="Days that all points of a long curve are kept; then its extremes.",
    )
    retention_days: int = Field(30, ge=0, description="Days that deleted objects are kept.")
    notification_retention_days: int = Field(30, ge=1, description="Days that read notifications are kept.")

    @model_validator(mode="after")
    def _heartbeat_fits_lease(self) -> Self:
        if self.heartbeat_seconds > self.lease_seconds / 4:
            raise ValueError(
                "LORA_HEARTBEAT_SECONDS must be at most a quarter of LORA_LEASE_SECONDS, "
                "or a single lost renewal would lose the work"
            )
        return self

    @model_validator(mode="after")
    def _one_way_to_verify_tokens(self) -> Self:
        if self.jwt_secret and self.jwks_url:
            raise ValueError("set LORA_JWT_SECRET or LORA_JWKS_URL, never both")
        if self.jwt_secret and len(self.jwt_secret.get_secret_value()) < 32:
            raise ValueError("LORA_JWT_SECRET must have at least 32 characters")
        return self

    @model_validator(mode="after")
    def _sealing_keys_are_long(self) -> Self:
        if any(len(key) < _SHORTEST_KEY for key in self._secrets_keys):
            raise ValueError(
                f"each key of LORA_SECRETS_KEY must have at least {_SHORTEST_KEY} characters: "
                "`openssl rand -hex 32` makes one"
            )
        return self

    @property
    def _secrets_keys(self) -> list[str]:
        keys = self.secrets_key.get_secret_value().split(",") if self.secrets_key else []
        return [key.strip() for key in keys if key.strip()]

    @property
    def sealing_keys(self) -> list[bytes]:
        """The keys for secrets at rest: the first one seals, all of them open."""
        return [hashlib.sha256(b"secrets:" + key.encode()).digest() for key in self._secrets_keys]

    @property
    def slots(self) -> int:
        """Jobs that one worker process runs at a time."""
        return self.worker_slots or (4 if self.trainer == "simulated" else 1)

    @property
    def connections_per_worker(self) -> int:
        """Database connections of one worker process at most: heartbeats must never wait behind the work."""
        return max(self.database_pool_size, 4 * self.slots + DELIVERY_SLOTS + 2 * FIT_SLOTS + 4)

    @property
    def base_model_id(self) -> str:
        """The base model of a job that names none."""
        if self.environment == "production" or "default_base_model" in self.model_fields_set:
            return self.default_base_model
        return "tiny-llama-demo"

    @property
    def requests_per_minute(self) -> int:
        """Requests of one user per minute; 0 is unlimited."""
        return self._if_limited("rate_limit_per_minute")

    @property
    def requests_per_address(self) -> int:
        """Requests of one address without a valid token per minute; 0 is unlimited."""
        return self._if_limited("rate_limit_per_address_per_minute")

    def _if_limited(self, name: str) -> int:
        is_on = self.environment == "production" or name in self.model_fields_set
        return getattr(self, name) if is_on else 0

    @property
    def cursor_key(self) -> bytes:
        """The key that signs page cursors; the same in every process of a deployment."""
        assert self.s3_secret_access_key is not None
        return hashlib.sha256(b"cursor:" + self.s3_secret_access_key.get_secret_value().encode()).digest()

    def require_complete(self) -> None:
        """Raise IncompleteSettings, which names every missing setting or package."""
        if missing := self.missing():
            raise IncompleteSettings(
                f"not set: {', '.join(missing)}. Production needs its own services; "
                "`lora dev` starts private ones for development."
            )
        if self.otlp_endpoint and find_spec("opentelemetry.exporter") is None:
            raise IncompleteSettings("LORA_OTLP_ENDPOINT needs packages: pip install 'lora-pipeline[otel]'")

    def missing(self) -> list[str]:
        """The names of required settings that are not set."""
        needed = {
            "LORA_DATABASE_URL": self.database_url,
            "LORA_REDIS_URL": self.redis_url,
            "LORA_S3_ENDPOINT_URL": self.s3_endpoint_url,
            "LORA_S3_ACCESS_KEY_ID": self.s3_access_key_id,
            "LORA_S3_SECRET_ACCESS_KEY": self.s3_secret_access_key,
            "LORA_JWT_SECRET or LORA_JWKS_URL": self.jwt_secret or self.jwks_url,
            "LORA_SECRETS_KEY (`openssl rand -hex 32` makes one)": self._secrets_keys,
        }
        return [name for name, value in needed.items() if not value]


def render_env_example() -> str:
    """The text of `.env.example`: every variable with meaning and default, commented out."""
    lines = ["# Every setting of the service, made from app/settings.py by `make env-example`.", ""]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = (
            ""
            if default in (None, [], {})
            else str(default).lower()
            if isinstance(default, bool)
            else default
        )
        lines += [f"# {field.description}", f"#LORA_{name.upper()}={shown}", ""]
    return "\n".join(lines)


@lru_cache
def get_settings() -> Settings:
    """The settings of this process; raises pydantic.ValidationError naming what is wrong."""
    return Settings()
