"""The spec of a run, from the options: checked against the API's bounds, with a validated file."""

import json
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich.markup import escape
from rich.table import Column, Table

from app.adapters.chat_models import find, has_chat_template, has_tokenizer
from app.cli.client import CommandFailed, DoesNotFit
from app.cli.output import console, dataset_summary
from app.cli.progress import bar
from app.cli.train.command import TrainOptions
from app.cli.train.process import can_continue, newest_step
from app.domain import catalog
from app.domain.base_models import BASE_MODELS, control_tokens
from app.domain.estimator import total_steps
from app.domain.finding_kinds import FindingSeverity
from app.domain.fit import Fit, is_refused, refusal, remedies, sentences
from app.domain.validator import DatasetChecker, DatasetReport
from workers.programs.checker import CheckSpec, limits_and_meter
from workers.run_dir import BaseModelSpec, DatasetSpec, Spec, read_spec, sha256_of, write_spec

_SPLIT = catalog.HyperparameterRule(
    name="validation_split", type="number", min=0, max=0.5, default=0.1, help="Part held out for validation"
)
_RULES = {**catalog.HYPERPARAMETERS, _SPLIT.name: _SPLIT}
_DEFAULT_MODEL = "tiny-llama-demo"
_DEFAULT_SEQUENCE_LENGTH = 4096  # as for the models of the catalogue
_CHUNK_BYTES = 2**20
_GZIP_RATIO = 4  # about, for conversations
_ERRORS_SHOWN = 20
_MAX_LEFT_OUT = 0.1


def require_bounds(options: TrainOptions) -> None:
    """Raise CommandFailed with everything that the API would refuse."""
    problems = [
        f"{_flag(name)} must be from {rule.min} to {rule.max}, not {value}"
        for name, value in options.values.items()
        for rule in [_RULES[name]]
        if not _is_within(rule, value)
    ]
    prompts, most, longest = (
        options.eval_prompt or [],
        catalog.MAX_EVAL_PROMPTS,
        catalog.MAX_EVAL_PROMPT_LENGTH,
    )
    if len(prompts) > most or not all(0 < len(prompt) <= longest for prompt in prompts):
        problems.append(f"--eval-prompt: at most {most}, of 1 to {longest} characters each")
    offered = [str(preset) for preset in catalog.PRESETS]
    if options.method not in (None, *catalog.METHODS):
        problems.append(f"--method must be one of {', '.join(catalog.METHODS)}, not {options.method}")
    if options.preset is not None and options.preset not in offered:
        problems.append(f"--preset must be one of {', '.join(offered)}, not {options.preset}")
    if problems:
        raise CommandFailed("\n".join(problems))


def begin(run_dir: Path, options: TrainOptions, models_dir: Path) -> Spec:
    """Validate the file and make the run directory; raises CommandFailed, and then leaves nothing behind."""
    out = run_dir.parent
    if out.exists() and any(out.iterdir()):
        other = "add --resume to continue the run in it" if can_continue(run_dir) else "remove it"
        raise CommandFailed(f"{out} is not empty: choose another folder, or {other}")
    if options.data is None:
        raise CommandFailed("--data must name a dataset file")
    base = _find_base(options.base_model or _DEFAULT_MODEL, models_dir)
    for note in BASE_MODELS[base.spec.id].notes if base.spec.id in BASE_MODELS else ():
        console.print(f"{base.spec.id}: {note}", style="dim", highlight=False, soft_wrap=True)
    values = {**options.values, "max_seq_length": _sequence_length(base, options.max_seq_length)}
    split = values.pop(_SPLIT.name, _SPLIT.default)
    preset = catalog.PresetId(options.preset or catalog.PresetId.BALANCED)
    _, hyperparameters = catalog.resolve(preset, values)
    report = _check(options.data, split, base, hyperparameters["max_seq_length"])
    most = _MAX_LEFT_OUT if options.max_left_out is None else options.max_left_out
    _require_fit(report.fit, most)
    shape = str(report.detected_format)
    dataset = DatasetSpec(id=options.data.name, sha256=report.sha256, shape=shape, validation_split=split)
    spec = Spec(
        job_id=out.name,
        attempt=1,
        base_model=base.spec,
        dataset=dataset,
        hyperparameters=hyperparameters,
        method=options.method or catalog.METHODS[0],
        eval_prompts=options.eval_prompt or [],
        max_left_out=most,
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
    tokenizer_dir: Path | None  # without one, tokens are estimated


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
    return _Base(BaseModelSpec(id=str(folder), path=str(folder)), context, _tokenizer_of(folder))


def _tokenizer_of(folder: Path) -> Path | None:
    """The folder if it has a tokenizer of its own; raises CommandFailed without a chat template."""
    if not has_tokenizer(folder):
        return None
    try:
        renders = has_chat_template(folder)
    except (OSError, ValueError) as error:
        raise CommandFailed(f"the tokenizer of {folder} cannot be read: {error}") from None
    if not renders:
        raise CommandFailed(
            f"{folder} has no chat template, so no conversation can be rendered for it: choose the model's "
            "instruct version, or put the template that it is to learn into chat_template.jinja there"
        )
    return folder


def _sequence_length(base: _Base, given: int | None) -> int:
    """The given length, else the model's context length up to 4096."""
    if given and given > base.context_length:
        raise CommandFailed(
            f"--max-seq-length is {given}, but {base.spec.id} takes at most {base.context_length} tokens"
        )
    return given or min(base.context_length, _DEFAULT_SEQUENCE_LENGTH)


def _check(data: Path, validation_split: float, base: _Base, max_seq_length: int) -> DatasetReport:
    """Validate a file of any form and size and print the findings; raises CommandFailed for errors."""
    size = data.stat().st_size
    spec = CheckSpec(
        tokenizer_dir=str(base.tokenizer_dir) if base.tokenizer_dir else None,
        tokenizer_id=base.spec.id,
        text_bytes=size * (_GZIP_RATIO if data.suffix == ".gz" else 1),
        max_bytes=sys.maxsize,
        max_seq_length=max_seq_length,
        reserved_tokens=control_tokens(base.spec.id),
    )
    try:
        limits, meter = limits_and_meter(spec)
    except (OSError, ValueError) as error:
        raise CommandFailed(f"the tokenizer of {base.spec.id} cannot be read: {error}") from None
    checker = DatasetChecker(validation_split=validation_split, tokens=meter, limits=limits)
    with data.open("rb") as file, bar("Checking", size, "bytes") as set_progress:
        while chunk := file.read(_CHUNK_BYTES):
            checker.feed(chunk)
            set_progress(file.tell())
    report = checker.report()
    _print_report(report)
    if not report.valid:
        raise CommandFailed(f"{data} cannot be trained on: {report.error_count:,} error(s) found")
    return report


def _require_fit(fit: Fit | None, max_left_out: float) -> None:
    """Print what is left out of training; raises DoesNotFit where that is too much."""
    for sentence in sentences(fit) if fit else ():
        console.print(sentence, markup=False, highlight=False)
    if fit and is_refused(fit, max_left_out):
        advice = "".join(f"\n  - {remedy}" for remedy in remedies(fit))
        raise DoesNotFit(refusal(fit, max_left_out) + advice.replace("max_left_out", "--max-left-out"))


def _print_report(report: DatasetReport) -> None:
    """Print the counts, the number of findings of each code, and the first errors."""
    console.print(dataset_summary(msgspec.structs.asdict(report)))
    if report.counts:
        console.print(", ".join(f"{code}: {count:,}" for code, count in report.counts.items()))
    if report.valid:
        return
    columns = Column("line", justify="right"), "code", "message", "suggestion"
    table = Table(*columns, title="The first errors", title_justify="left")
    errors = [finding for finding in report.findings if finding.severity is FindingSeverity.ERROR]
    for error in errors[:_ERRORS_SHOWN]:
        table.add_row(f"{error.line:,}", *map(escape, (error.code, error.message, error.suggestion)))
    console.print(table)


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
    preset = catalog.PRESETS[catalog.PresetId(options.preset)].hyperparameters if options.preset else {}
    first = {**spec.hyperparameters, _SPLIT.name: spec.dataset.validation_split}
    changed = [name for name, value in {**preset, **options.values}.items() if first[name] != value]
    base = options.base_model and _find_base(options.base_model, Path(spec.cache_dir)).spec.id
    others = {
        "base_model": base not in {None, "", spec.base_model.id},
        "method": options.method not in {None, "", spec.method},
        "eval_prompt": (options.eval_prompt or spec.eval_prompts) != spec.eval_prompts,
        "max_left_out": options.max_left_out not in {None, spec.max_left_out},
        "data": options.data and sha256_of(options.data) != spec.dataset.sha256,
    }
    return [*changed, *(name for name, differs in others.items() if differs)]


def _is_within(rule: catalog.HyperparameterRule, value: float) -> bool:
    return rule.min is not None and rule.max is not None and rule.min <= value <= rule.max


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
