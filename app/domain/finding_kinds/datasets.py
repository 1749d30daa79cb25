"""Findings about records in their dataset and with their model: copies, tokens, templates, the split."""

from app.domain.finding_kinds.kind import FindingKind, info, warning

# of a record that the check takes and the model does not; the same words wherever it is told
LEFT_OUT = "{reason} It is left out of training with {model}."

# of what the model's template does with a record that is trained
_NOTE = "{reason} So it is with {model} in {count} record(s)."

DATASETS: dict[str, FindingKind] = {
    "duplicate.exact": warning(
        "The same conversation is already on line {first}.",
        "Remove one of them, unless it shall count twice.",
    ),
    "duplicate.id": warning(
        "The id of this record is already used on line {first}.", "Give each record an id of its own."
    ),
    "tokens.over_max_seq_length": warning(
        "The example has {found} tokens, more than the {limit} that are trained at once.",
        "Its oldest messages are cut, and it is left out of training if its last reply alone does not fit; "
        "shorten it if they matter.",
    ),
    "tokens.reply_over_max_seq_length": warning(
        LEFT_OUT,
        "Raise max_seq_length so that the replies fit, or shorten them.",
    ),
    "template.refuses": warning(
        LEFT_OUT,
        "Change the roles or their order to what the template takes, or choose a base model that takes them.",
    ),
    "template.drops_text": warning(
        LEFT_OUT,
        "Put the text where the template shows it, or choose a base model that shows it.",
    ),
    "template.hides_tool_calls": warning(
        LEFT_OUT,
        "Choose a base model whose template shows tool calls, or write the calls into the replies.",
    ),
    "template.no_exact_mask": warning(
        LEFT_OUT,
        "Choose another base model, or split the conversation so that each record ends in its trained reply.",
    ),
    "template.joins_system": info(
        _NOTE, "Nothing must be done. When the model is used, put the system text there too."
    ),
    "template.hides_thoughts": info(
        _NOTE, "Nothing must be done: so the model sees a conversation when it is used."
    ),
    "template.drops_thoughts": warning(
        _NOTE,
        "Put the thought into the reply itself, in the model's own marks, or choose a model that shows it.",
    ),
    "template.hides_tools": warning(
        _NOTE,
        "Write the definitions into the system message, or choose a base model whose template shows tools.",
    ),
    "template.unrolled": info(
        _NOTE, "Nothing must be done: the preview shows what the model sees in each sequence."
    ),
    "dataset.too_few_pairs": warning(
        "The file holds only {found} training pairs; fewer than {expected} teach little.",
        "Add examples: a few hundred good ones are a good start.",
    ),
    "split.leakage": warning(
        "The same example is in the training and in the validation part (line {first}).",
        "Remove the copy, or the validation loss looks better than it is.",
    ),
    "split.none": info(
        "Nothing is held out for validation: {found} conversations are fewer than {expected}.",
        "Add conversations if you want a validation loss.",
    ),
    "format.mismatch": warning(
        "The file was declared as {expected}, but it is {found}; it was checked as what it is.",
        "Nothing must be done, or declare the right format next time.",
    ),
}
