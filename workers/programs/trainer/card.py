"""The model card: description of the adapter and its training, and code that loads it."""

from typing import Any

from app.domain.catalog import vllm_rank
from workers.programs.trainer import demo_model
from workers.run_dir import Spec

_CARD = """\
---
base_model: {base}
library_name: peft
pipeline_tag: text-generation
tags: [lora, peft, text-generation]
---

# LoRA adapter for {base}

Made by job `{job_id}` from dataset `{dataset[id]}`: {dataset[training_examples]} training and
{dataset[validation_examples]} validation examples. The loss covers the assistant's replies only.

| | |
|---|---|
| optimizer steps | {steps} ({epochs_completed} epochs) |
| training loss, first and last step | {first_training_loss} and {final_training_loss} nats per token |
| validation loss | {final_validation_loss} |
| rank, alpha, dropout | {hyperparameters.rank}, {hyperparameters.alpha}, {hyperparameters.dropout} |
| learning rate, schedule | {hyperparameters.learning_rate}, {hyperparameters.lr_scheduler} |
| batch size, seed | {hyperparameters.batch_size}, {hyperparameters.seed} |
| hardware | {hardware[count]}x {hardware[name]} ({hardware[device]}, {hardware[memory_gb]} GB) |
| dataset sha256 | `{dataset[sha256]}` |

Every setting is in `training_summary.json`, every step in `metrics.jsonl`.

## Load it

`adapter` is the folder that holds this file.{demo_note}

### transformers and peft

```python
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("adapter")
base = AutoModelForCausalLM.from_pretrained("{base}", use_safetensors=True)
model = PeftModel.from_pretrained(base, "adapter")
messages = [{{"role": "user", "content": "Hello"}}]
text = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
inputs = tokenizer(text, add_special_tokens=False, return_tensors="pt")
print(tokenizer.decode(model.generate(**inputs, max_new_tokens=200)[0]))
```

### vLLM

```sh
vllm serve {base} --enable-lora --max-lora-rank {vllm_rank} --lora-modules adapter=./adapter
```

### Ollama, merged

```python
model.merge_and_unload().save_pretrained("merged")
tokenizer.save_pretrained("merged")
```

```sh
echo "FROM ./merged" > Modelfile
ollama create my-model -f Modelfile
```
"""
_DEMO_NOTE = """
The base model is made, not downloaded: `python -m workers.programs.trainer.demo_model .cache` prints its
folder, which takes the place of `tiny-llama-demo` below."""
_LOSSES = ("first_training_loss", "final_training_loss", "final_validation_loss")


def model_card(spec: Spec, summary: dict[str, Any]) -> str:
    """Fill the card from the training summary."""
    base, losses = spec.base_model, {name: summary[name] for name in _LOSSES}
    facts: dict[str, Any] = {
        **summary,
        **{name: "none was held out" if loss is None else f"{loss:.4f}" for name, loss in losses.items()},
        "base": base.hub_id or base.id,
        "demo_note": _DEMO_NOTE if base.id == demo_model.MODEL.id else "",
        "vllm_rank": vllm_rank(summary["hyperparameters"].rank),
    }
    return _CARD.format_map(facts)
