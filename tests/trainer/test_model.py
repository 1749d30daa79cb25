"""The base model: its source, its fit into memory, and the adapter on it."""

import copy
import json
import shutil
from pathlib import Path
from typing import Any, NoReturn

import pytest

pytest.importorskip("torch")

import httpx
import torch
from huggingface_hub.errors import GatedRepoError
from safetensors.torch import load_file, save_file

from tests.every import every
from tests.trainer import families
from tests.trainer.runs import CACHE, TINY, chats, make_run
from workers.programs.trainer import adapter, model
from workers.programs.trainer.demo_model import ensure_model, ensure_tokenizer
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


class TestLoadBase:
    def folder(self, tmp_path: Path, config: dict[str, Any] | None = None) -> Spec:
        shutil.copytree(ensure_model(CACHE), tmp_path / "model")
        if config is not None:
            (tmp_path / "model" / "config.json").write_text(json.dumps(config))
        return spec(tmp_path, BaseModelSpec(id="own-model", path=str(tmp_path / "model")))

    def test_puts_the_weights_straight_onto_the_device(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked, load = [], model.AutoModelForCausalLM.from_pretrained
        monkeypatch.setattr(
            model.AutoModelForCausalLM,
            "from_pretrained",
            lambda *args, **options: asked.append(options) or load(*args, **options),
        )
        loaded = model.load_base(self.folder(tmp_path))
        assert asked[0]["device_map"] == {"": model.device()}
        assert not hasattr(loaded, "_hf_hook")

    @every(
        "config, reason",
        [
            ({"model_type": "never_heard"}, "does not recognize this architecture"),
            ({"model_type": "own", "auto_map": {"AutoConfig": "own.Own"}}, "contains custom code"),
            ({"model_type": "t5"}, "Unrecognized configuration class"),
            ({}, "Unrecognized model"),
        ],
    )
    def test_says_why_an_architecture_cannot_be_loaded(
        self, tmp_path_factory: pytest.TempPathFactory, config: dict[str, Any], reason: str
    ) -> None:
        with pytest.raises(Failure, match=reason) as caught:
            model.load_base(self.folder(tmp_path_factory.mktemp("odd"), config))
        assert caught.value.code == "base_model_unsupported"

    def test_says_which_file_is_missing(self, tmp_path: Path) -> None:
        odd = self.folder(tmp_path)
        (tmp_path / "model" / "model.safetensors").unlink()
        with pytest.raises(Failure, match=r"Error no file named model\.safetensors") as caught:
            model.load_base(odd)
        assert caught.value.code == "base_model_unavailable"

    def test_refuses_files_that_lack_weights(self, tmp_path: Path) -> None:
        odd = self.folder(tmp_path)
        weights = load_file(tmp_path / "model" / "model.safetensors")
        weights.pop("model.layers.1.mlp.up_proj.weight")
        save_file(weights, tmp_path / "model" / "model.safetensors", {"format": "pt"})
        with pytest.raises(Failure, match=r"lack 1 weights, such as model\.layers\.1\.mlp\.up_proj\.weight"):
            model.load_base(odd)


class TestOddTokenizers:
    def test_without_the_fast_kind_are_refused_in_words(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Slow:
            chat_template = "{{ messages }}"
            from_pretrained = classmethod(lambda kind, *_, **__: kind())

        monkeypatch.setattr(model, "AutoTokenizer", Slow)
        with pytest.raises(Failure, match=r"tokenizer\.json") as caught:
            model.load_tokenizer(spec(tmp_path, TINY))
        assert caught.value.code == "base_model_unsupported"

    @every("names, expected", [(["default", "tool_use"], "{{ 0 }}"), (["tool_use", "rag"], None)])
    def test_with_several_templates_give_the_one_called_default(
        self, tmp_path_factory: pytest.TempPathFactory, names: list[str], expected: str | None
    ) -> None:
        folder = tmp_path_factory.mktemp("named")
        shutil.copytree(ensure_tokenizer(CACHE), folder / "model")
        (folder / "model" / "config.json").write_text("{}")
        (folder / "model" / "chat_template.jinja").unlink()
        (folder / "model" / "additional_chat_templates").mkdir()
        for place, name in enumerate(names):
            own = folder / "model" / "additional_chat_templates" / f"{name}.jinja"
            (folder / "model" / "chat_template.jinja" if name == "default" else own).write_text(
                f"{{{{ {place} }}}}"
            )
        odd = spec(folder, BaseModelSpec(id="own-model", path=str(folder / "model")))
        if expected is None:
            with pytest.raises(Failure, match="no chat template"):
                model.load_tokenizer(odd)
        else:
            assert model.load_tokenizer(odd).chat_template == expected


class TestAdapter:
    def adapted(self, family: str, **hyperparameters: Any) -> Any:
        given = parse_hyperparameters({"rank": 4, **hyperparameters})
        return adapter.add_adapter(families.model(family), given, spec=BaseModelSpec(id=family))

    def test_stays_below_the_decoder_of_a_model_that_sees(self) -> None:
        for chosen in (None, ["q_proj", "fc1"]):
            tuned = self.adapted("gemma3", target_modules=chosen)
            names = [name for name, _ in tuned.named_parameters() if "lora_" in name]
            assert names
            assert all(".language_model." in name for name in names)

    def test_is_on_no_router(self) -> None:
        tuned = [self.adapted(family) for family in ("qwen2_moe", "phimoe")]
        names = {name for model in tuned for name, _ in model.named_modules()}
        assert any("q_proj.lora_A" in name for name in names)
        assert not any("gate.lora_A" in name or "router.lora_A" in name for name in names)

    @every(
        "family, share, experts",
        [
            ("llama", "71%", False),
            ("mixtral", "12%", True),
            ("deepseek_v3", "25%", True),
            ("gemma3", "29%", False),
        ],
    )
    def test_says_what_it_is_on_and_how_much_of_the_model_that_is(
        self, family: str, share: str, experts: bool
    ) -> None:
        said = adapter.coverage(self.adapted(family))
        assert f": {share} of the model's weights." in said
        assert ("The experts have none" in said) == experts

    def test_names_layers_that_the_model_has_not(self) -> None:
        with pytest.raises(Failure, match="No adapter fits llama: Target modules") as caught:
            self.adapted("llama", target_modules=["query_key_value"])
        assert caught.value.code == "base_model_unsupported"
