"""The lines that load an adapter elsewhere."""

import json
import subprocess
import sys
from pathlib import Path
from shlex import quote

from app.cli.train.process import environment
from app.domain.catalog import vllm_rank
from workers.run_dir import BaseModelSpec


def python_lines(source: str, adapter: Path, question: str) -> tuple[str, ...]:
    """Lines of Python that load the adapter and answer a question; `source` is that of `source_of`."""
    return (
        "Load it in Python:",
        "  from peft import PeftModel; from transformers import AutoModelForCausalLM, AutoTokenizer",
        f"  base = AutoModelForCausalLM.from_pretrained({source}, use_safetensors=True)",
        f"  model = PeftModel.from_pretrained(base, {str(adapter)!r})",
        f"  tokenizer = AutoTokenizer.from_pretrained({str(adapter)!r})",
        f"  chat = [{{'role': 'user', 'content': {question!r}}}]",
        "  asked = dict(add_generation_prompt=True, return_tensors='pt', return_dict=True)",
        "  asked = tokenizer.apply_chat_template(chat, **asked)",
        "  print(tokenizer.decode(model.generate(**asked, max_new_tokens=60)[0]))",
    )


def vllm_line(source: str, adapter: Path) -> str:
    """The command that serves the adapter beside its base model."""
    name = source.partition(",")[0].strip("'\"")
    rank = json.loads((adapter / "adapter_config.json").read_bytes())["r"]
    modules = f"adapter={quote(str(adapter))}"
    return (
        f"vllm serve {quote(name)} --enable-lora --max-lora-rank {vllm_rank(rank)} --lora-modules {modules}"
    )


def source_of(base: BaseModelSpec, models_dir: Path) -> str:
    """The arguments of `from_pretrained` for the base model, as the trainer found it."""
    if base.path:
        return repr(base.path)
    if base.hub_id is None:
        argv = [sys.executable, "-m", "workers.programs.trainer.demo_model", str(models_dir)]
        made = subprocess.run(argv, stdout=subprocess.PIPE, env=environment(), check=True)
        return repr(made.stdout.decode().strip())
    if (models_dir / base.id / "config.json").is_file():
        return repr(str(models_dir / base.id))
    return f"{base.hub_id!r}, revision={base.revision!r}, cache_dir={str(models_dir)!r}"
