"""The spec of a run, from the options: checked against the API's bounds, with a validated file."""

import json
import shutil
from pathlib import Path
from typing import NamedTuple

import msgspec

from app.adapters.chat_models import find
from app.cli.client import CommandFailed
from app.cli.output import console
from app.cli.train.check import check
from app.cli.train.command import TrainOptions
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
    name="validation_split", type="number", min=0, max=0.5, default=0.1, help="Part held out for validation"
)
_RULES = {**HYPERPARAMETERS, _SPLIT.name: _SPLIT}
_DEFAULT_MODEL = "tiny-llama-demo"
_DEFAULT_SEQUENCE_LENGTH = 4096  # as for the models of the catalogue


def require_bounds(options: TrainOptions) -> None:
    """Raise CommandFailed with everything that the API would refuse."""
    problems = [
        f"{_flag(name)} must be from {rule.min} to {rule.max}, not {value}"
        for name, value in options.values.items()
        for rule in [_RULES[name]]
        if not _is_within(rule, value)
    ]
    prompts = options.eval_prompt or []
    if len(prompts) > MAX_EVAL_PROMPTS or not all(
        0 < len(prompt) <= MAX_EVAL_PROMPT_LENGTH for prompt in prompts
    ):
        problems.append(
            f"--eval-prompt: at most {MAX_EVAL_PROMPTS}, of 1 to {MAX_EVAL_PROMPT_LENGTH} characters each"
        )
    offered = [str(preset) for preset in PRESETS]
    if options.method not in (None, *METHODS):
        problems.append(f"--method must be one of {', '.join(METHODS)}, not {options.method}")
    if options.preset is not None and options.preset not in offered:
        problems.append(f"--preset must be one of {', '.join(offered)}, not {options.preset}")
    if problems:
        raise CommandFailed("\n".join(problems))


def begin(run_dir: Path, options: TrainOptions, models_dir: Path) -> Spec:
    """Validate the file and make the run directory; raises CommandFailed, and then leaves nothing behind."""
    out = run_dir.parent
    if out.exists() and any(out.iterdir()):
        raise CommandFailed(
            f"{out} is not empty: choose another folder, or add --resume to continue the run in it"
        )
    if options.data is None:
        raise CommandFailed("--data must name a dataset file")
    base = _find_base(options.base_model or _DEFAULT_MODEL, models_dir)
    values = {
        **options.values,
        "max_seq_length": _sequence_length(base, options.values.get("max_seq_length")),
    }
    split = values.pop(_SPLIT.name, _SPLIT.default)
    _, hyperparameters = resolve(PresetId(options.preset or PresetId.BALANCED), values)
    report = check(
        options.data,
        validation_split=split,
        max_seq_length=hyperparameters["max_seq_length"],
        tokenizer=(base.spec.id, base.tokenizer_dir),
    )
    dataset = DatasetSpec(
        id=options.data.name,
        sha256=report.sha256,
        shape=str(report.detected_format),
        validation_split=split,
    )
    spec = Spec(
        job_id=out.name,
        attempt=1,
        base_model=base.spec,
        dataset=dataset,
        hyperparameters=hyperparameters,
        method=options.method or METHODS[0],
        eval_prompts=options.eval_prompt or [],
        total_steps=total_steps(
            report.total_training_pairs, hyperparameters["batch_size"], epochs=hyperparameters["epochs"]
        ),
        cache_dir=str(models_dir),
    )
    _make_run_dir(run_dir, spec, options.data)
    return spec


def next_attempt(run_dir: Path, options: TrainOptions) -> Spec:
    """The spec that continues a run at its newest checkpoint; raises CommandFailed if options differ."""
    try:
        spec = read_spec(run_dir)
    except (OSError, msgspec.MsgspecError):
        raise CommandFailed(f"{run_dir.parent} has no run to continue; leave out --resume") from None
    if changed := _changed(options, spec):
        flags = ", ".join(map(_flag, changed))
        raise CommandFailed(
            f"a run continues with its first options, but this is another {flags}; leave it out"
        )
    step = newest_step(run_dir)
    console.print(f"Continuing after step {step} of {spec.total_steps}." if step else "Starting over.")
    resume_from = f"checkpoints/step-{step}" if step else None
    return msgspec.structs.replace(spec, attempt=spec.attempt + 1, resume_from=resume_from)


class _Base(NamedTuple):
    spec: BaseModelSpec
    context_length: int
    tokenizer_dir: Path | None


def _find_base(name: str, models_dir: Path) -> _Base:
    """A model of the catalogue, or one in a folder."""
    if model := BASE_MODELS.get(name):
        spec = BaseModelSpec(id=model.id, hub_id=model.hub_id, revision=model.revision)
        return _Base(spec, model.context_length, find(models_dir, model))
    folder = Path(name).expanduser().resolve()
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        raise CommandFailed(
            f"--base-model {name} is neither a folder with a model's config.json nor in the catalogue: "
            f"{', '.join(BASE_MODELS)}"
        ) from None
    context = config.get("max_position_embeddings") or _DEFAULT_SEQUENCE_LENGTH
    return _Base(BaseModelSpec(id=str(folder), path=str(folder)), context, None)


def _sequence_length(base: _Base, given: int | None) -> int:
    """The given length, else the model's context length up to 4096."""
    if given and given > base.context_length:
        raise CommandFailed(
            f"--max-seq-length is {given}, but {base.spec.id} takes at most {base.context_length} tokens"
        )
    return given or min(base.context_length, _DEFAULT_SEQUENCE_LENGTH)


def _make_run_dir(run_dir: Path, spec: Spec, data: Path) -> None:
    run_dir.mkdir(parents=True)
    try:
        shutil.copyfile(data, run_dir / spec.dataset.file)
        write_spec(run_dir, spec)
    except BaseException:
        shutil.rmtree(run_dir)
        raise


def _changed(options: TrainOptions, spec: Spec) -> list[str]:
    """The names of options that differ from those that the run began with."""
    preset = PRESETS[PresetId(options.preset)].hyperparameters if options.preset else {}
    first = {**spec.hyperparameters, _SPLIT.name: spec.dataset.validation_split}
    changed = [name for name, value in {**preset, **options.values}.items() if first[name] != value]
    if (
        options.base_model
        and _find_base(options.base_model, Path(spec.cache_dir)).spec.id != spec.base_model.id
    ):
        changed.append("base_model")
    if options.method and options.method != spec.method:
        changed.append("method")
    if options.eval_prompt and options.eval_prompt != spec.eval_prompts:
        changed.append("eval_prompt")
    if options.data and sha256_of(options.data) != spec.dataset.sha256:
        changed.append("data")
    return changed


def _is_within(rule: HyperparameterRule, value: float) -> bool:
    return rule.min is not None and rule.max is not None and rule.min <= value <= rule.max


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
