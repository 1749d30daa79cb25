"""The base model: its source, its fit into memory, and the adapter on it."""

import copy
import shutil
from pathlib import Path
from typing import Any, NoReturn

import pytest

pytest.importorskip("torch")

import httpx
import torch
from huggingface_hub.errors import GatedRepoError

from tests.trainer.runs import CACHE, TINY, chats, make_run
from workers.programs.trainer import adapter, model
from workers.programs.trainer.demo_model import ensure_tokenizer
from workers.programs.trainer.failures import Failure
from workers.programs.trainer.spec import parse_hyperparameters
from workers.run_dir import BaseModelSpec, Spec, read_spec

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"),
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return model.load_base(spec(tmp_path_factory.mktemp("tiny"), TINY))


def spec(folder: Path, base: BaseModelSpec, **changes: Any) -> Spec:
    run_dir = make_run(folder / "run", chats(12), base_model=base)
    return Spec(**{name: getattr(read_spec(run_dir), name) for name in Spec.__struct_fields__} | changes)


class BehindTheGate:
    """The error of transformers when the hub wants an account that agreed to the terms."""

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


class TestCheckRoom:
    def test_refuses_weights_that_cannot_fit(self) -> None:
        base = BaseModelSpec(id="llama-3.1-8b-instruct")
        model.check_memory(base, 17 * 10**9, element=2)
        with pytest.raises(Failure) as caught:
            model.check_memory(base, 16 * 10**9, element=2)
        assert caught.value.code == "out_of_memory"
        assert "16.1 GB" in caught.value.message


class TestCheckVocabulary:
    def test_accepts_a_larger_tokenizer_only_while_no_text_needs_its_excess(self, tiny: Any) -> None:
        assert model.check_vocabulary(tiny, range(3072), 3071) is None
        warning = model.check_vocabulary(tiny, range(3073), 3071)
        assert warning == (
            "The tokenizer has 3,073 tokens, but the model's embedding has 3,072 rows; "
            "none of the texts has such a token."
        )
        with pytest.raises(Failure, match="the texts have the token 3,072") as caught:
            model.check_vocabulary(tiny, range(3073), 3072)
        assert caught.value.code == "tokenizer_too_large"


class TestDifferences:
    def test_are_none_for_the_catalogues_own_model(self, tiny: Any) -> None:
        assert model.catalog_differences(tiny.config, TINY) == []

    def test_name_each_figure_that_is_another(self, tiny: Any) -> None:
        found = model.catalog_differences(tiny.config, BaseModelSpec(id="qwen3-0.6b"))
        assert "layers: 2 instead of 28" in found


class TestUnusual:
    @pytest.mark.filterwarnings("ignore:Model has `tie_word_embeddings:UserWarning")
    @pytest.mark.parametrize(
        ("hyperparameters", "expected"),
        [
            ({}, []),
            ({"use_rslora": True}, []),
            ({"use_dora": True}, ["DoRA"]),
            ({"target_modules": ["q_proj", "lm_head"]}, ["an adapter on lm_head"]),
        ],
    )
    def test_names_what_serving_engines_refuse(
        self, tiny: Any, hyperparameters: dict[str, Any], expected: list[str]
    ) -> None:
        adapted = adapter.add_adapter(copy.deepcopy(tiny), parse_hyperparameters(hyperparameters), spec=TINY)
        assert adapter.unsupported_features(adapted) == expected


class TestQlora:
    def test_says_what_it_needs(self, tmp_path: Path) -> None:
        if torch.cuda.is_available():
            pytest.skip("a CUDA GPU is here")
        with pytest.raises(Failure) as caught:
            model.load_base(spec(tmp_path, TINY, method="qlora"))
        assert caught.value.code == "backend_unavailable"
        assert any("bitsandbytes" in remedy for remedy in caught.value.remedies)
