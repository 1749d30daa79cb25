"""Sample replies: what the model says to a job's prompts before, while and after it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from workers.trainer.loop import Run

MAX_NEW_TOKENS = 128


def sample(run: Run, *, epoch: int) -> None:
    """Let the model reply to each prompt, always by the likeliest token, so that nothing else moves."""
    if not (run.spec.eval_prompts and run.ranks.is_first):
        return
    run.model.eval()
    for prompt in run.spec.eval_prompts:
        reply = _reply(run.model, run.tokenizer, prompt)
        run.progress.sample(step=run.state.step, epoch=epoch, prompt=prompt, reply=reply)
    run.model.train()
    run.progress.log(f"Replied to {len(run.spec.eval_prompts)} prompts after step {run.state.step}.")


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
