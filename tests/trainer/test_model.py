"""Where the base model comes from."""

import shutil
from pathlib import Path
from typing import Any, NoReturn

import pytest

pytest.importorskip("torch")

import httpx
from huggingface_hub.errors import GatedRepoError

from tests.trainer.runs import CACHE, chats, make_run
from workers.run_dir import BaseModelSpec, Spec, read_spec
from workers.trainer import model
from workers.trainer.demo_model import ensure_tokenizer
from workers.trainer.failures import Failure

pytestmark = pytest.mark.train


def spec(folder: Path, base: BaseModelSpec, **changes: Any) -> Spec:
    run_dir = make_run(folder / "run", chats(12), base_model=base)
    return Spec(**{name: getattr(read_spec(run_dir), name) for name in Spec.__struct_fields__} | changes)


class BehindTheGate:
    """What transformers does when the hub wants an account that agreed to the terms."""

    @staticmethod
    def from_pretrained(source: str, **_: Any) -> NoReturn:
        answer = httpx.Response(403, request=httpx.Request("GET", f"https://hub.example/{source}"))
        raise OSError("You are trying to access a gated repo.") from GatedRepoError("403", response=answer)


class TestLoadTokenizer:
    def test_takes_a_folder_named_as_the_model_from_the_models_folder(self, tmp_path: Path) -> None:
        models = tmp_path / "models"
        shutil.copytree(ensure_tokenizer(CACHE), models / "own-model")
        (models / "own-model" / "config.json").write_text("{}")
        base = BaseModelSpec(id="own-model", hub_id="nobody/own-model")
        tokenizer = model.load_tokenizer(spec(tmp_path, base, cache_dir=str(models)))
        assert tokenizer.eos_token == "<|end|>"

    def test_says_that_a_model_is_gated(self, tmp_path: Path) -> None:
        base = BaseModelSpec(id="gemma-2-2b-it", hub_id="google/gemma-2-2b-it")
        with pytest.raises(Failure) as caught:
            model._from_pretrained(BehindTheGate, spec(tmp_path, base))
        assert caught.value.code == "base_model_gated"
        assert "gemma-2-2b-it" in caught.value.message
