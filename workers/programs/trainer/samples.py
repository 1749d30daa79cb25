"""Generate sample replies to prompts, always with the likeliest token."""

from collections.abc import Iterable, Iterator
from typing import Any

import torch

MAX_NEW_TOKENS = 128


def generate_replies(model: Any, tokenizer: Any, prompts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each prompt with its reply; draws no random numbers, so that training stays the same."""
    model.eval()
    for prompt in prompts:
        yield prompt, _reply(model, tokenizer, prompt)
    model.train()


@torch.no_grad()
def _reply(model: Any, tokenizer: Any, prompt: str) -> str:
    text = tokenizer.apply_chat_template(
        [{"role": "user", "content": prompt}], add_generation_prompt=True, tokenize=False
    )
    inputs = tokenizer(text, add_special_tokens=False, return_tensors="pt").to(model.device)
    output = model.generate(
        **inputs, max_new_tokens=MAX_NEW_TOKENS, do_sample=False, pad_token_id=tokenizer.eos_token_id
    )
    reply: str = tokenizer.decode(output[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
    return reply
