"""What is to be trained: the options, held against the API's bounds, become the spec of a run."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from app.adapters.chat_models import find
from app.cli.client import Failed, console
from app.cli.train.check import check
from app.cli.train.process import newest_step
from app.domain.base_models import BASE_MODELS
from app.domain.catalog import (
    HYPERPARAMETERS,
    MAX_EVAL_PROMPT_LENGTH,
    MAX_EVAL_PROMPTS,
    METHODS,
    PRESETS,
    HyperparameterRule,
    PresetId,
    resolve,
)
from app.domain.estimator import total_steps
from workers.run_dir import BaseModelSpec, DatasetSpec, Spec, read_spec, sha256_of, write_spec

_SPLIT = HyperparameterRule(
    name="validation_split", type="number", min=0, max=0.5, default=0.1, help="Part that is held out"
)
_RULES = {**HYPERPARAMETERS, _SPLIT.name: _SPLIT}
_DEFAULT_MODEL = "tiny-llama-demo"
_DEFAULT_TOKENS = 4096  # of the longest example, as for the models of the catalogue


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options say: None where they say nothing, `values` by their names in the API."""

    data: Path | None
    base_model: str | None
    preset: str | None
    values: Mapping[str, Any]
    method: str | None = None
    eval_prompts: Sequence[str] = ()


def require_bounds(asked: Asked) -> None:
    """Raise Failed with all that the API would refuse."""
    problems = [
        f"{_option(name)} must be from {rule.min} to {rule.max}, not {value}"
        for name, value in asked.values.items()
        for rule in [_RULES[name]]
        if not _is_within(rule, value)
    ]
    if len(asked.eval_prompts) > MAX_EVAL_PROMPTS or not all(
        0 < len(prompt) <= MAX_EVAL_PROMPT_LENGTH for prompt in asked.eval_prompts
    ):
        problems.append(
            f"--eval-prompt: at most {MAX_EVAL_PROMPTS}, of 1 to {MAX_EVAL_PROMPT_LENGTH} characters each"
        )
    offered = [str(preset) for preset in PRESETS]
    if asked.method not in (None, *METHODS):
        problems.append(f"--method must be one of {', '.join(METHODS)}, not {asked.method}")
    if asked.preset is not None and asked.preset not in offered:
        problems.append(f"--preset must be one of {', '.join(offered)}, not {asked.preset}")
    if problems:
        raise Failed("\n".join(problems))


def begin(run_dir: Path, asked: Asked, models_dir: Path) -> Spec:
    """Check the file and lay out the run directory; what is refused, by Failed, leaves nothing behind."""
    out = run_dir.parent
    if out.exists() and any(out.iterdir()):
        raise Failed(
            f"{out} is not empty: choose another folder, or add --resume to go on with the run in it"
        )
    if asked.data is None:
        raise Failed("--data must name a dataset file")
    base = _base(asked.base_model or _DEFAULT_MODEL, models_dir)
    values = {**asked.values, "max_seq_length": _sequence_length(base, asked.values.get("max_seq_length"))}
    split = values.pop(_SPLIT.name, _SPLIT.default)
    _, knobs = resolve(PresetId(asked.preset or PresetId.BALANCED), values)
    report = check(
        asked.data,
        validation_split=split,
        max_seq_length=knobs["max_seq_length"],
        tokenizer=(base.spec.id, base.tokenizer_dir),
    )
    dataset = DatasetSpec(
        id=asked.data.name,
        sha256=report.sha256,
        shape=str(report.detected_format),
        validation_split=split,
    )
    spec = Spec(
        job_id=out.name,
        attempt=1,
        base_model=base.spec,
        dataset=dataset,
        hyperparameters=knobs,
        method=asked.method or METHODS[0],
        eval_prompts=list(asked.eval_prompts),
        total_steps=total_steps(report.total_training_pairs, knobs["batch_size"], epochs=knobs["epochs"]),
        cache_dir=str(models_dir),
    )
    _lay_out(run_dir, spec, asked.data)
    return spec


def next_attempt(run_dir: Path, asked: Asked) -> Spec:
    """The spec of a run that goes on from its newest checkpoint; raises Failed, also for other options."""
    try:
        spec = read_spec(run_dir)
    except (OSError, msgspec.MsgspecError):
        raise Failed(f"{run_dir.parent} holds no run to go on with; leave out --resume") from None
    if changed := _changed(asked, spec):
        options = ", ".join(map(_option, changed))
        raise Failed(f"a run goes on as it began, but this is another {options}; leave it out")
    step = newest_step(run_dir)
    console.print(f"Going on after step {step} of {spec.total_steps}." if step else "Starting over.")
    resume_from = f"checkpoints/step-{step}" if step else None
    return msgspec.structs.replace(spec, attempt=spec.attempt + 1, resume_from=resume_from)


class _Base(NamedTuple):
    spec: BaseModelSpec
    context_length: int
    tokenizer_dir: Path | None


def _base(named: str, models_dir: Path) -> _Base:
    """A model of the catalogue, or one in a folder of this machine."""
    if model := BASE_MODELS.get(named):
        spec = BaseModelSpec(id=model.id, hub_id=model.hub_id, revision=model.revision)
        return _Base(spec, model.context_length, find(models_dir, model))
    folder = Path(named).expanduser().resolve()
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        raise Failed(
            f"--base-model {named} is no folder with a model's config.json and not in the catalogue: "
            f"{', '.join(BASE_MODELS)}"
        ) from None
    context = config.get("max_position_embeddings") or _DEFAULT_TOKENS
    return _Base(BaseModelSpec(id=str(folder), path=str(folder)), context, None)


def _sequence_length(base: _Base, wanted: int | None) -> int:
    """What was asked for, else as much as the model takes up to 4096."""
    if wanted and wanted > base.context_length:
        raise Failed(
            f"--max-seq-length is {wanted}, but {base.spec.id} takes at most {base.context_length} tokens"
        )
    return wanted or min(base.context_length, _DEFAULT_TOKENS)


def _lay_out(run_dir: Path, spec: Spec, data: Path) -> None:
    run_dir.mkdir(parents=True)
    try:
        shutil.copyfile(data, run_dir / spec.dataset.file)
        write_spec(run_dir, spec)
    except BaseException:
        shutil.rmtree(run_dir)
        raise


def _changed(asked: Asked, spec: Spec) -> list[str]:
    """Which options differ from those that the run began with."""
    preset = PRESETS[PresetId(asked.preset)].hyperparameters if asked.preset else {}
    began = {**spec.hyperparameters, _SPLIT.name: spec.dataset.validation_split}
    changed = [name for name, value in {**preset, **asked.values}.items() if began[name] != value]
    if asked.base_model and _base(asked.base_model, Path(spec.cache_dir)).spec.id != spec.base_model.id:
        changed.append("base_model")
    if asked.method and asked.method != spec.method:
        changed.append("method")
    if asked.eval_prompts and list(asked.eval_prompts) != spec.eval_prompts:
        changed.append("eval_prompt")
    if asked.data and sha256_of(asked.data) != spec.dataset.sha256:
        changed.append("data")
    return changed


def _is_within(rule: HyperparameterRule, value: float) -> bool:
    return rule.min is not None and rule.max is not None and rule.min <= value <= rule.max


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
