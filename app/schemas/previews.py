"""Wire shapes of previews: records as the trainer will see them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.domain.previews import CHARACTERS
from app.schemas.base import Read
from app.schemas.fits import DatasetFitRead


class PreviewRecord(Read):
    """One example, rendered and encoded."""

    index: Annotated[int, Field(description="Place among the examples of the file, from 0.")]
    line: Annotated[int, Field(description="Physical line of the file where it begins, from 1.")]
    messages: list[dict[str, Any]]
    text: Annotated[str, Field(description="The text that the model reads, after truncation.")]
    tokens: int
    trained_tokens: Annotated[int, Field(description="How many of them the loss covers.")]
    trained_spans: Annotated[
        list[tuple[int, int]], Field(description="Character ranges of `text` that are trained, end excluded.")
    ]
    truncated: Annotated[bool, Field(description="Its oldest turns were cut to fit `max_seq_length`.")]
    sequences: Annotated[
        int,
        Field(
            description="How many texts it is trained as, shown one after another in `text`: one a reply "
            "where the template writes earlier turns in another way than the last, else 1."
        ),
    ]
    notes: Annotated[
        list[str],
        Field(
            description="What the chat template does with it, in words: texts that it moves or never shows."
        ),
    ]
    code: Annotated[
        str | None,
        Field(
            description="Of the reason why it is left out of training, if it is; one that begins with "
            "`preview.` says only that this preview could not render it within its limits."
        ),
    ]
    problem: Annotated[str | None, Field(description="That reason in words.")]
    shortened: Annotated[
        bool,
        Field(
            description=f"`text` or `messages` are shown in part: {CHARACTERS:,} characters of each "
            "at most. The counts are of the whole record."
        ),
    ]


class DatasetPreview(Read):
    """Some of the first examples of a dataset."""

    records: list[PreviewRecord]
    base_model: str
    max_seq_length: int
    rendering: Annotated[
        Literal["model", "generic"],
        Field(
            description="`model`: by the base model's own template and tokenizer, exactly as in training. "
            "`generic`: its files are not on this machine; a neutral template and estimated tokens stand in."
        ),
    ]
    token_count_method: str
    fit: Annotated[DatasetFitRead, Field(description="Of the whole dataset, as far as it is known.")]
    offset: int
    total: Annotated[
        int, Field(description="How many examples are kept: the first 1,000, or 16 MiB of them.")
    ]
