"""Findings about one record: its shape, fields, messages, tools and texts."""

from app.domain.finding_kinds.kind import FindingKind, error, info, warning

RECORDS: dict[str, FindingKind] = {
    "record.not_object": error(
        "The line holds {found}, but a record is a JSON object.",
        'Write each record as {{"name": value, ...}} on one line of its own.',
    ),
    "record.unknown_shape": error(
        "{count} record(s) have none of the known shapes; their fields are: {found}.", "{suggestion}"
    ),
    "record.wrong_columns": error(
        "{count} record(s) have no {name}; their fields are: {found}.", "{suggestion}"
    ),
    "record.preference_pair": error(
        "{count} record(s) are preference pairs ({found}), of which only the better reply can be trained.",
        "Supervised training takes the better reply: `lora convert IN OUT --to messages --chosen` writes it.",
    ),
    "record.unreadable": error(
        "The record could not be checked ({found}); the others were.",
        "Leave the record out, or write it anew with a JSON library.",
    ),
    "record.mixed_shapes": error(
        "The record has the shape {found}, but the file began with {expected}.",
        "Keep one shape in a file: `lora convert IN OUT --to {expected}` writes all records in it, and a "
        "repair rewrites these.",
    ),
    "field.missing": error("The field {name} is missing; {expected} is expected.", "Add the field {name}."),
    "field.type": error(
        "The field {name} holds {found}, but {expected} is expected.",
        "Change the value of {name}, or leave the field out if it is optional.",
    ),
    "field.empty": error(
        "The field {name} is empty.", "Fill the field {name} with text, or remove the record."
    ),
    "target.null": error(
        "The reply to be learned, {name}, is null.",
        "Leave out lines without a reply: they are user turns, not training pairs.",
    ),
    "target.empty": error(
        "The reply to be learned, {name}, is empty.", "Fill in the reply, or remove the record."
    ),
    "messages.empty": error(
        "The list {name} is empty.", "Add at least one user message and one assistant message."
    ),
    "messages.unknown_role": error(
        "The role {found} is unknown; expected is one of {expected}.",
        "Rename it to the one of these that it stands for.",
    ),
    "messages.not_alternating": warning("User and assistant do not take turns: {found}.", "{suggestion}"),
    "messages.system_not_first": warning(
        "A system message stands after other messages.",
        "It is moved to the beginning; check that this is what you mean.",
    ),
    "messages.no_assistant": error(
        "No message is by the assistant, so there is nothing to learn.",
        "Add the assistant's reply, or remove the record.",
    ),
    "messages.last_not_assistant": warning(
        "The last message is not by the assistant.", "Messages after the last reply are left out of training."
    ),
    "messages.weight": error(
        "The weight of a message is {found}, but it must be 0 or 1.",
        "Use 0 to leave a reply out of training and 1 to train it.",
    ),
    "messages.nothing_trained": error(
        "Every assistant message has weight 0, so there is nothing to learn.",
        "Give at least one reply the weight 1, or remove the record.",
    ),
    "tools.unmatched_call_id": warning(
        "The tool call {found} and its result do not match up.",
        "Give each tool call one result with the same tool_call_id.",
    ),
    "tools.bad_arguments": error(
        "The arguments of a tool call cannot be read: {found}.",
        "Write the arguments as a JSON object, or as the JSON text of one.",
    ),
    "tools.no_name": error(
        "A {found} has no function name.", 'Write it as {{"type": "function", "function": {{"name": ...}}}}.'
    ),
    "tools.undefined": warning(
        "The function {found} is called, but the tools of the record do not define it.",
        "Add its definition to `tools`, or correct the name.",
    ),
    "messages.part": error(
        "A message holds a part of the type {found}; only texts can be trained on.",
        "Remove the part, or the record; images, audio and files are not read.",
    ),
    "record.weight": warning(
        "The weight of the record is {found}; only 0 and 1 are read, so it is trained like all others.",
        "Use 0 to leave the record out of training, and 1 or no weight to train it.",
    ),
    "record.not_trained": info(
        "The record has the weight 0: it is left out of training.", "Nothing must be done."
    ),
    "text.placeholder": warning(
        "The field {name} holds the stand-in {found}, which the model would read or learn as text.",
        "Leave the field empty where there is nothing to say; remove records without a reply.",
    ),
    "field.unused": warning(
        "The field {name} is not used: {count} time(s), for example “{found}”.", "{suggestion}"
    ),
    "meta.not_first": warning(
        "A _meta line stands after records; it is skipped.", "Move it to the first line, or remove it."
    ),
    "meta.count_mismatch": warning(
        "The _meta line declares {expected} pairs, but the file holds {found}.",
        "Nothing must be done: the lines are counted, not the declaration.",
    ),
    "turn.not_increasing": warning(
        "turn_number {found} follows turn_number {expected} of the same conversation.",
        "Check the order of the lines and their turn numbers.",
    ),
    "quality.low": warning(
        "The quality score is {found}, below {expected}.",
        "Review the reply; poor examples teach poor replies.",
    ),
    "text.control_characters": warning(
        "A text holds the control character {found}, which the model would learn.",
        "Remove it; it often comes from copying out of a terminal or a PDF.",
    ),
    "text.mojibake": warning(
        "A text was read in a wrong encoding: it holds {found}, which stands for {expected} ({times} times).",
        "Write the file again in UTF-8; a repair decodes such texts where that gives clean text.",
    ),
    "text.reserved_token": warning(
        "A text holds {found}, a control token of the model, which is read as plain text there.",
        "Remove it where it is left over from a rendered conversation; keep it where the text is about it.",
    ),
    "text.truncated_target": warning(
        "The reply seems to be cut off {why}: it ends in {found}.",
        "Complete the reply; a model trained on it learns to stop in the middle.",
    ),
}
