"""Datasets that a worker has checked, workers that know more models than the demo's, readers of streams."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from app.adapters.auth import make_token
from app.adapters.chat_models import find
from app.domain.base_models import BASE_MODELS
from app.services.billing import quotas
from app.settings import Settings, get_settings
from tests.api.fit_files import MISTRAL, TEMPLATE
from tests.api.watching import Caller
from tests.conftest import SWEEP_SECONDS, User, until
from tests.factories import upload
from workers import main as worker_process
from workers.tokenizers import tokenizer_folder


@pytest.fixture
async def start(settings: Settings) -> AsyncIterator[Any]:
    """Start a worker under changed settings; drained at the end."""
    async with AsyncExitStack() as stack:

        async def open_worker(**changes: Any) -> Any:
            changed = settings.model_copy(update={"sweep_seconds": SWEEP_SECONDS, **changes})
            dispatcher = await worker_process.open_worker(changed, stack)
            stack.push_async_callback(dispatcher.drain)
            return dispatcher

        yield open_worker


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that sets limits until the test ends."""

    def limit(**values: Any) -> None:
        changed = get_settings().model_copy(update=values)
        monkeypatch.setattr(quotas, "get_settings", lambda: changed)

    return limit


@pytest.fixture
async def with_model(settings: Settings, start: Any, tmp_path: Path) -> Any:
    """Start a worker that has the demo model, and another with its tokenizer and this template."""

    async def make(id: str, template: str) -> Path:
        await tokenizer_folder(settings, "tiny-llama-demo")
        demo = find(settings.models_dir.resolve(), BASE_MODELS["tiny-llama-demo"])
        assert demo is not None
        models = tmp_path / "models"
        shutil.copytree(demo, models / demo.name)
        shutil.copytree(demo, models / id)
        (models / id / "chat_template.jinja").write_text(template)
        await start(models_dir=models)
        return models

    return make


@pytest.fixture
async def with_mistral(with_model: Any) -> Any:
    """A worker that has the demo model, and one with its tokenizer and a template like Mistral's."""
    return await with_model(MISTRAL, TEMPLATE.read_text())


@pytest.fixture
async def ready(alice: User) -> Any:
    """Upload a file of alice's and wait for the end of its check; the dataset's path."""

    async def make(content: bytes, **values: Any) -> str:
        path = f"/api/datasets/{await upload(alice, content, format='auto', **values)}"

        async def over() -> bool:
            return (await alice.ok("GET", path))["dataset"]["status"] in ("ready", "error")

        await until(over)
        return path

    return make


@pytest.fixture
def settled() -> Any:
    """The fit of a dataset when it is no longer pending."""

    async def wait(user: User, path: str, query: str = "") -> dict[str, Any]:
        async def over() -> Any:
            fit = (await user.ok("GET", f"{path}/fit{query}"))["fit"]
            return fit if fit["status"] != "pending" else None

        found: dict[str, Any] = await until(over)
        return found

    return wait


@pytest.fixture
async def caller(url: str, settings: Settings, alice: User) -> AsyncIterator[Caller]:
    """Alice as a reader of streams."""
    assert settings.jwt_secret
    opened = Caller(url, make_token(settings.jwt_secret.get_secret_value(), alice.id, ttl_seconds=3600))
    yield opened
    await opened.close()
