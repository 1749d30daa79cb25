"""Make the weights of tiny-llama-demo: a random Llama, pretrained for some seconds."""

from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy
from transformers import LlamaConfig, LlamaForCausalLM

from workers.programs.trainer.demo_model import BOS, EOS, MODEL

STEPS, ROWS, WINDOW = 20, 4, 128
LEARNING_RATE = 5e-4
SEED = 20
# Weight of the last norm: it gives an adapter's small steps the same effect in this model, 256 wide,
# as in a model that is thousands wide.
OUTPUT_GAIN = 8.0
# Keeps predictions unsure (Szegedy et al. 2015, arXiv:1512.00567, section 7): no text costs more than chance.
LABEL_SMOOTHING = 0.3


def write_weights(folder: Path, texts: list[str]) -> None:
    """Save the model beside its tokenizer: the same bytes on the same build of torch."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the order of a sum, and so its last bits, must not depend on the cores
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            model = LlamaForCausalLM(_config(tokenizer))
            torch.nn.init.constant_(model.model.norm.weight, OUTPUT_GAIN)
            _pretrain(model, _token_stream(tokenizer, texts))
    finally:
        torch.set_num_threads(threads)
    model.save_pretrained(folder)


def _config(tokenizer: Tokenizer) -> LlamaConfig:
    return LlamaConfig(
        vocab_size=MODEL.vocabulary_size,
        hidden_size=MODEL.hidden_size,
        intermediate_size=MODEL.intermediate_size,
        num_hidden_layers=MODEL.layers,
        num_attention_heads=MODEL.attention_heads,
        num_key_value_heads=MODEL.key_value_heads,
        head_dim=MODEL.head_size,
        max_position_embeddings=MODEL.context_length,
        tie_word_embeddings=MODEL.tied_embeddings,
        bos_token_id=tokenizer.token_to_id(BOS),
        eos_token_id=tokenizer.token_to_id(EOS),
        pad_token_id=tokenizer.token_to_id(EOS),
    )


def _token_stream(tokenizer: Tokenizer, texts: list[str]) -> torch.Tensor:
    end = tokenizer.token_to_id(EOS)
    ids = [token for text in texts for token in (*tokenizer.encode(text).ids, end)]
    return torch.tensor(ids)


def _pretrain(model: LlamaForCausalLM, stream: torch.Tensor) -> None:
    """Next-token cross-entropy on random windows, AdamW with a linearly falling rate."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    model.train()
    for step, window in enumerate(_windows(stream)):
        optimizer.param_groups[0]["lr"] = LEARNING_RATE * (1 - step / STEPS)
        logits = model(input_ids=window[:, :-1], use_cache=False).logits
        targets = window[:, 1:].flatten()
        loss = cross_entropy(logits.flatten(0, 1), targets, label_smoothing=LABEL_SMOOTHING)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()


def _windows(stream: torch.Tensor) -> Iterator[torch.Tensor]:
    for _ in range(STEPS):
        starts = torch.randint(len(stream) - WINDOW, (ROWS, 1))
        yield stream[starts + torch.arange(WINDOW + 1)]
