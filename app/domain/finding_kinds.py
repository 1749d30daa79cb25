"""Every finding code of a dataset check, with its severity and the texts shown to the user."""

from enum import StrEnum
from functools import partial
from typing import NamedTuple

from app.domain.templates.notes import NOTES


class FindingSeverity(StrEnum):
    """How bad a finding is: only an error keeps a dataset from being trained on."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class FindingKind(NamedTuple):
    """Severity and texts of a code; message and suggestion are templates filled from a problem's detail."""

    severity: FindingSeverity
    message: str
    suggestion: str


_error, _warning, _info = (partial(FindingKind, severity) for severity in FindingSeverity)

# of a record that the check takes and the model does not; the same words wherever it is told
LEFT_OUT = "{reason} It is left out of training with {model}."

# of what the model's template does with a record that is trained
_NOTE = "{reason} So it is with {model} in {count} record(s)."

# all problems of one of these codes with the same `found` are one finding, with their count
GROUPED = frozenset(("record.unknown_shape", "record.wrong_columns", "record.preference_pair", *NOTES))

KINDS: dict[str, FindingKind] = {
    "file.empty": _error(
        "There is nothing to train on: {found}.",
        "Do what the other findings suggest, or upload a file with one training example on each line.",
    ),
    "file.too_large": _error(
        "The file is larger than the limit of {limit} bytes.",
        "Split it into smaller files, or leave out examples.",
    ),
    "file.truncated_gzip": _error(
        "The gzip file {found}.", "Pack the file again, check it with `gzip -t`, and upload it anew."
    ),
    "file.decompression_bomb": _error(
        "The gzip file unpacks to more than {limit} times its size.",
        "No training data packs so well: upload the text itself if it is meant to be so.",
    ),
    "file.not_text": _error(
        "The file is not plain text: it looks like {found}.",
        "{suggestion}",
    ),
    "file.other_format": _error("The file is not JSON Lines: it is {found}.", "{suggestion}"),
    "file.changed": _error(
        "The file is no longer the one that was validated before.", "Upload the file again as a new dataset."
    ),
    "file.checksum_mismatch": _error(
        "The SHA-256 of the file is {found}, but {expected} was announced for it.",
        "The upload was damaged or is another file: upload it again.",
    ),
    "encoding.not_utf8": _error(
        "The text is not valid UTF-8: {found}.", "Save the file with the encoding UTF-8 and upload it again."
    ),
    "encoding.bom": _warning(
        "The file starts with a byte order mark, which is not part of the text.",
        "Nothing must be done: the mark is ignored. Saving as UTF-8 without BOM removes it.",
    ),
    "encoding.nul": _error(
        "The text holds a NUL character (code 0), which no text should hold.",
        "Remove the character; it often comes from a damaged export.",
    ),
    "encoding.invisible": _warning(
        "An invisible character stands {where} a record: {found}; so on {times} lines, first here.",
        "Nothing must be done: it is ignored. Leaving it out makes the file readable for other tools.",
    ),
    "line.too_long": _error(
        "The line is longer than the limit of {limit} bytes.",
        "Put each record on a line of its own, or shorten this record.",
    ),
    "line.blank": _info("The line is blank and is skipped.", "Nothing must be done."),
    "line.comma": _warning(
        "A comma stands {where} a record; so on {times} lines, first here.",
        "Nothing must be done: commas between records are ignored. sed 's/,$//' FILE removes them.",
    ),
    "line.spread": _info(
        "The records are objects over many lines, one after another.",
        "Nothing must be done. `lora convert FILE out.jsonl` or `jq -c . FILE` writes one a line.",
    ),
    "json.syntax": _error("The line is not valid JSON: {found}.", "{suggestion}"),
    "json.too_deep": _error(
        "Lists and objects are nested more than {limit} levels deep.",
        "Flatten the record; no training data needs such nesting.",
    ),
    "json.duplicate_key": _warning(
        "The name {found} appears more than once in one object; only its last value counts.",
        "Keep one of them.",
    ),
    "json.non_finite_number": _error(
        "A number is not finite: {found}.",
        "Replace NaN, Infinity and numbers beyond 1e308 by real ones, or by null.",
    ),
    "record.not_object": _error(
        "The line holds {found}, but a record is a JSON object.",
        'Write each record as {{"name": value, ...}} on one line of its own.',
    ),
    "record.unknown_shape": _error(
        "{count} record(s) have none of the known shapes; their fields are: {found}.", "{suggestion}"
    ),
    "record.wrong_columns": _error(
        "{count} record(s) have no {name}; their fields are: {found}.", "{suggestion}"
    ),
    "record.preference_pair": _error(
        "{count} record(s) are preference pairs ({found}), of which only the better reply can be trained.",
        "Supervised training takes the better reply: `lora convert IN OUT --to messages --chosen` writes it.",
    ),
    "record.unreadable": _error(
        "The record could not be checked ({found}); the others were.",
        "Leave the record out, or write it anew with a JSON library.",
    ),
    "record.mixed_shapes": _error(
        "The record has the shape {found}, but the file began with {expected}.",
        "Keep one shape in a file: `lora convert IN OUT --to {expected}` writes all records in it, and a "
        "repair rewrites these.",
    ),
    "field.missing": _error("The field {name} is missing; {expected} is expected.", "Add the field {name}."),
    "field.type": _error(
        "The field {name} holds {found}, but {expected} is expected.",
        "Change the value of {name}, or leave the field out if it is optional.",
    ),
    "field.empty": _error(
        "The field {name} is empty.", "Fill the field {name} with text, or remove the record."
    ),
    "target.null": _error(
        "The reply to be learned, {name}, is null.",
        "Leave out lines without a reply: they are user turns, not training pairs.",
    ),
    "target.empty": _error(
        "The reply to be learned, {name}, is empty.", "Fill in the reply, or remove the record."
    ),
    "messages.empty": _error(
        "The list {name} is empty.", "Add at least one user message and one assistant message."
    ),
    "messages.unknown_role": _error(
        "The role {found} is unknown; expected is one of {expected}.",
        "Rename it to the one of these that it stands for.",
    ),
    "messages.not_alternating": _warning("User and assistant do not take turns: {found}.", "{suggestion}"),
    "messages.system_not_first": _warning(
        "A system message stands after other messages.",
        "It is moved to the beginning; check that this is what you mean.",
    ),
    "messages.no_assistant": _error(
        "No message is by the assistant, so there is nothing to learn.",
        "Add the assistant's reply, or remove the record.",
    ),
    "messages.last_not_assistant": _warning(
        "The last message is not by the assistant.", "Messages after the last reply are left out of training."
    ),
    "messages.weight": _error(
        "The weight of a message is {found}, but it must be 0 or 1.",
        "Use 0 to leave a reply out of training and 1 to train it.",
    ),
    "messages.nothing_trained": _error(
        "Every assistant message has weight 0, so there is nothing to learn.",
        "Give at least one reply the weight 1, or remove the record.",
    ),
    "tools.unmatched_call_id": _warning(
        "The tool call {found} and its result do not match up.",
        "Give each tool call one result with the same tool_call_id.",
    ),
    "tools.bad_arguments": _error(
        "The arguments of a tool call cannot be read: {found}.",
        "Write the arguments as a JSON object, or as the JSON text of one.",
    ),
    "tools.no_name": _error(
        "A {found} has no function name.", 'Write it as {{"type": "function", "function": {{"name": ...}}}}.'
    ),
    "tools.undefined": _warning(
        "The function {found} is called, but the tools of the record do not define it.",
        "Add its definition to `tools`, or correct the name.",
    ),
    "messages.part": _error(
        "A message holds a part of the type {found}; only texts can be trained on.",
        "Remove the part, or the record; images, audio and files are not read.",
    ),
    "record.weight": _warning(
        "The weight of the record is {found}; only 0 and 1 are read, so it is trained like all others.",
        "Use 0 to leave the record out of training, and 1 or no weight to train it.",
    ),
    "record.not_trained": _info(
        "The record has the weight 0: it is left out of training.", "Nothing must be done."
    ),
    "text.placeholder": _warning(
        "The field {name} holds the stand-in {found}, which the model would read or learn as text.",
        "Leave the field empty where there is nothing to say; remove records without a reply.",
    ),
    "field.unused": _warning(
        "The field {name} is not used: {count} time(s), for example “{found}”.", "{suggestion}"
    ),
    "meta.not_first": _warning(
        "A _meta line stands after records; it is skipped.", "Move it to the first line, or remove it."
    ),
    "meta.count_mismatch": _warning(
        "The _meta line declares {expected} pairs, but the file holds {found}.",
        "Nothing must be done: the lines are counted, not the declaration.",
    ),
    "turn.not_increasing": _warning(
        "turn_number {found} follows turn_number {expected} of the same conversation.",
        "Check the order of the lines and their turn numbers.",
    ),
    "quality.low": _warning(
        "The quality score is {found}, below {expected}.",
        "Review the reply; poor examples teach poor replies.",
    ),
    "text.control_characters": _warning(
        "A text holds the control character {found}, which the model would learn.",
        "Remove it; it often comes from copying out of a terminal or a PDF.",
    ),
    "text.mojibake": _warning(
        "A text was read in a wrong encoding: it holds {found}, which stands for {expected} ({times} times).",
        "Write the file again in UTF-8; a repair decodes such texts where that gives clean text.",
    ),
    "text.reserved_token": _warning(
        "A text holds {found}, a control token of the model, which is read as plain text there.",
        "Remove it where it is left over from a rendered conversation; keep it where the text is about it.",
    ),
    "text.truncated_target": _warning(
        "The reply seems to be cut off {why}: it ends in {found}.",
        "Complete the reply; a model trained on it learns to stop in the middle.",
    ),
    "duplicate.exact": _warning(
        "The same conversation is already on line {first}.",
        "Remove one of them, unless it shall count twice.",
    ),
    "duplicate.id": _warning(
        "The id of this record is already used on line {first}.", "Give each record an id of its own."
    ),
    "tokens.over_max_seq_length": _warning(
        "The example has {found} tokens, more than the {limit} that are trained at once.",
        "Its oldest messages are cut, and it is left out of training if its last reply alone does not fit; "
        "shorten it if they matter.",
    ),
    "tokens.reply_over_max_seq_length": _warning(
        LEFT_OUT,
        "Raise max_seq_length so that the replies fit, or shorten them.",
    ),
    "template.refuses": _warning(
        LEFT_OUT,
        "Change the roles or their order to what the template takes, or choose a base model that takes them.",
    ),
    "template.drops_text": _warning(
        LEFT_OUT,
        "Put the text where the template shows it, or choose a base model that shows it.",
    ),
    "template.hides_tool_calls": _warning(
        LEFT_OUT,
        "Choose a base model whose template shows tool calls, or write the calls into the replies.",
    ),
    "template.no_exact_mask": _warning(
        LEFT_OUT,
        "Choose another base model, or split the conversation so that each record ends in its trained reply.",
    ),
    "template.joins_system": _info(
        _NOTE, "Nothing must be done. When the model is used, put the system text there too."
    ),
    "template.hides_thoughts": _info(
        _NOTE, "Nothing must be done: so the model sees a conversation when it is used."
    ),
    "template.drops_thoughts": _warning(
        _NOTE,
        "Put the thought into the reply itself, in the model's own marks, or choose a model that shows it.",
    ),
    "template.hides_tools": _warning(
        _NOTE,
        "Write the definitions into the system message, or choose a base model whose template shows tools.",
    ),
    "template.unrolled": _info(
        _NOTE, "Nothing must be done: the preview shows what the model sees in each sequence."
    ),
    "dataset.too_few_pairs": _warning(
        "The file holds only {found} training pairs; fewer than {expected} teach little.",
        "Add examples: a few hundred good ones are a good start.",
    ),
    "split.leakage": _warning(
        "The same example is in the training and in the validation part (line {first}).",
        "Remove the copy, or the validation loss looks better than it is.",
    ),
    "split.none": _info(
        "Nothing is held out for validation: {found} conversations are fewer than {expected}.",
        "Add conversations if you want a validation loss.",
    ),
    "format.mismatch": _warning(
        "The file was declared as {expected}, but it is {found}; it was checked as what it is.",
        "Nothing must be done, or declare the right format next time.",
    ),
}
