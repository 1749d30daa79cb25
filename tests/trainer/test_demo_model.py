"""The demo model, made locally."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from app.domain.templates.chat_template import ChatTemplate
from tests.trainer.runs import CACHE, ROOT
from workers.programs.trainer import demo_model
from workers.programs.trainer.demo_model import BOS, CHAT_TEMPLATE, EOS, ensure_model, ensure_tokenizer


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(ensure_tokenizer(CACHE) / "tokenizer.json"))


class TestEnsureTokenizer:
    def test_gives_the_same_bytes_wherever_it_is_made(self, tmp_path: Path) -> None:
        folders = [ensure_tokenizer(tmp_path / name) for name in ("one", "two")]
        contents = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders]
        assert contents[0] == contents[1]
        assert sorted(contents[0]) == ["chat_template.jinja", "tokenizer.json", "tokenizer_config.json"]

    def test_lets_many_makers_work_at_once(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(4) as makers:
            folders = set(makers.map(lambda _: ensure_tokenizer(tmp_path), range(4)))
        assert list(tmp_path.iterdir()) == list(folders)

    def test_needs_no_torch(self, tmp_path: Path) -> None:
        code = f"import sys; sys.modules['torch'] = None; from workers.programs.trainer import demo_model; \
            sys.argv = ['demo_model', {str(tmp_path)!r}, '--tokenizer-only']; demo_model._main()"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True
        )
        assert (Path(done.stdout.strip()) / "tokenizer.json").is_file()

    @given(text=st.text())
    def test_decodes_any_text_to_itself(self, tokenizer: Tokenizer, text: str) -> None:
        assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text

    def test_marks_what_the_assistant_says(self) -> None:
        template = ChatTemplate(CHAT_TEMPLATE, bos_token=BOS, eos_token=EOS)
        messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
        (rendered,) = template.render(messages, [1])
        assert [rendered.text[begin:end] for begin, end in rendered.spans] == ["Hello" + EOS]


@pytest.mark.train
class TestEnsureModel:
    def test_has_the_figures_of_the_catalogue(self) -> None:
        pytest.importorskip("torch")
        from safetensors import safe_open  # noqa: PLC0415

        with safe_open(ensure_model(CACHE) / "model.safetensors", "pt") as weights:
            shapes = [weights.get_slice(name).get_shape() for name in weights.keys()]  # noqa: SIM118
        sizes = [shape[0] * (shape[1] if len(shape) > 1 else 1) for shape in shapes]
        assert sum(sizes) == demo_model.MODEL.parameters
