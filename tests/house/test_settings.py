"""Settings: documented from the class, refused when they cannot work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings, render_env_example

ROOT = Path(__file__).parents[2]
BARE = {"PATH": os.environ["PATH"], "LORA_DATA_DIR": "/nonexistent"}


def lora(*arguments, **environment):
    command = [sys.executable, "-m", "app.cli.main", *arguments]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**BARE, **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


class TestEnvExample:
    def test_is_what_the_class_says(self):
        assert (ROOT / ".env.example").read_text() == render_env_example(), "run `make env-example`"

    def test_describes_every_setting(self):
        assert all(field.description for field in Settings.model_fields.values())


class TestSettings:
    def test_refuse_a_heartbeat_above_a_quarter_of_the_lease(self):
        with pytest.raises(ValidationError, match="LORA_HEARTBEAT_SECONDS"):
            Settings(lease_seconds=10, heartbeat_seconds=2.6)

    def test_refuse_a_secret_beside_a_jwks_url(self):
        with pytest.raises(ValidationError, match="never both"):
            Settings(jwt_secret="x" * 32, jwks_url="https://example.com/jwks")

    def test_refuse_a_short_secret(self):
        with pytest.raises(ValidationError, match="32 characters"):
            Settings(jwt_secret="short")

    def test_never_show_a_secret(self):
        assert "topsecret" not in repr(Settings(database_url="postgresql://lora:topsecret@db/lora"))

    def test_take_the_tiny_model_as_default_everywhere_but_in_production(self):
        assert Settings(environment="dev").base_model_id == "tiny-llama-demo"
        assert Settings(environment="production").base_model_id == "qwen2.5-7b-instruct"

    def test_miss_a_key_where_there_are_only_commas(self):
        assert any("LORA_SECRETS_KEY" in name for name in Settings(secrets_key=" , ").missing())
        assert not any("LORA_SECRETS_KEY" in name for name in Settings(secrets_key="k" * 32 + ",").missing())


class TestStart:
    @pytest.mark.parametrize("command", ["api", "worker", "migrate"])
    def test_refuses_production_without_its_services(self, command):
        done = lora(command)
        assert done.returncode == 1
        assert "LORA_DATABASE_URL" in done.stderr
        assert "LORA_JWT_SECRET or LORA_JWKS_URL" in done.stderr
        assert "LORA_SECRETS_KEY (`openssl rand -hex 32` makes one)" in done.stderr
        assert "Traceback" not in done.stderr

    def test_names_the_variable_that_is_wrong(self):
        done = lora("api", LORA_PORT="many")
        assert done.returncode == 1
        assert "LORA_PORT" in done.stderr
        assert "Traceback" not in done.stderr

    def test_refuses_a_login_role_that_could_bypass_row_level_security(self, settings):
        owner = settings.database_owner_url.get_secret_value()
        done = lora("worker", **{**_everything(settings), "LORA_DATABASE_URL": owner})
        assert done.returncode == 1
        assert "neither superuser nor owner" in done.stderr


def _everything(settings):
    return {
        "LORA_REDIS_URL": settings.redis_url.get_secret_value(),
        "LORA_S3_ENDPOINT_URL": settings.s3_endpoint_url,
        "LORA_S3_ACCESS_KEY_ID": settings.s3_access_key_id.get_secret_value(),
        "LORA_S3_SECRET_ACCESS_KEY": settings.s3_secret_access_key.get_secret_value(),
        "LORA_JWT_SECRET": settings.jwt_secret.get_secret_value(),
        "LORA_SECRETS_KEY": settings.secrets_key.get_secret_value(),
    }
