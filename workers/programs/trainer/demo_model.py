"""Make tiny-llama-demo: a tokenizer and a small Llama, trained on the packaged sample."""

import argparse
import hashlib
import json
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from app.domain.base_models import BASE_MODELS
from app.domain.records.examples import read_examples
from app.domain.records.shapes import Shape
from workers.programs.trainer.made_once import make_once

MODEL = BASE_MODELS["tiny-llama-demo"]
BOS, EOS, START = "<|begin|>", "<|end|>", "<|start|>"

# The generation block holds the assistant's reply with its end token: only that is trained.
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '" + START + "' + message['role'] + '\\n' }}"
    "{% if message['role'] == 'assistant' %}"
    "{% generation %}{{ message['content'] + eos_token }}{% endgeneration %}"
    "{% else %}{{ message['content'] + eos_token }}{% endif %}"
    "{{ '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '" + START + "assistant\\n' }}{% endif %}"
)


def ensure_tokenizer(cache_dir: Path) -> Path:
    """Return the folder of tokenizer.json, its configuration and the chat template; takes about a second."""
    return make_once(cache_dir / f"{MODEL.id}-tokenizer-{_digest('tokenizers')}", _write_tokenizer)


def ensure_model(cache_dir: Path) -> Path:
    """Return the folder that from_pretrained loads as model and tokenizer; takes seconds the first time."""
    made_from = _digest("tokenizers", "torch", "transformers")
    return make_once(cache_dir / f"{MODEL.id}-{made_from}", _write_model)


def sample_texts(*roles: str) -> list[str]:
    """List the distinct messages of these roles in the sample, in order."""
    lines = _sample().splitlines(keepends=True)
    turns = (turn for example in read_examples(lines, Shape.BRIGHTRUN_LORA_V4) for turn in example.turns)
    return list(dict.fromkeys(turn.content for turn in turns if turn.role in roles))


def _sample() -> bytes:
    return (files("app") / "samples" / "conversations.jsonl").read_bytes()


def _digest(*packages: str) -> str:
    """Hash everything that a folder is made from: sample, catalogue figures, this code, library versions."""
    sources = sorted(Path(__file__).parent.glob("demo_*.py"))
    versions = " ".join(f"{package}={version(package)}" for package in packages)
    parts = [_sample(), repr(MODEL).encode(), versions.encode(), *(path.read_bytes() for path in sources)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def _write_tokenizer(folder: Path) -> None:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=MODEL.vocabulary_size,
        special_tokens=[AddedToken(token, special=True) for token in (BOS, EOS, START)],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(sample_texts("system", "user", "assistant"), trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = json.dumps(_TOKENIZER_CONFIG, indent=2, sort_keys=True)
    (folder / "tokenizer_config.json").write_text(config + "\n")
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE)


_TOKENIZER_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "bos_token": BOS,
    "eos_token": EOS,
    "pad_token": EOS,
    "model_max_length": MODEL.context_length,
    "clean_up_tokenization_spaces": False,
}


def _write_model(folder: Path) -> None:
    from workers.programs.trainer.demo_weights import write_weights  # noqa: PLC0415 - torch only here

    _write_tokenizer(folder)
    write_weights(folder, sample_texts("system", "user"))  # replies are left to be learned


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache_dir", type=Path)
    parser.add_argument("--tokenizer-only", action="store_true")
    options = parser.parse_args()
    ensure = ensure_tokenizer if options.tokenizer_only else ensure_model
    print(ensure(options.cache_dir))  # noqa: T201


if __name__ == "__main__":
    _main()
