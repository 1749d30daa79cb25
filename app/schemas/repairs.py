"""Wire shapes of repairs."""

from typing import Annotated, Literal

from pydantic import Field

from app.schemas.base import Body, Name, Text, examples


class RepairCreate(Body):
    """The action for each finding code, and how far the repair may go."""

    model_config = examples({"actions": {"duplicate.exact": "drop", "text.control_characters": "mend"}})

    name: Name | None = None
    actions: Annotated[
        dict[Text, Literal["keep", "drop", "mend"]],
        Field(
            max_length=100,
            description="By finding code. Errors are fixed (`mend`) where possible, else their records are "
            "dropped; warnings are kept unless named here.",
        ),
    ] = Field(default_factory=dict)
    dry_run: Annotated[
        bool,
        Field(
            strict=True,
            description="Only plan: the new dataset ends as `error` without a file, and its `repair_summary` "
            "says what would be fixed and dropped, with the first 50 changes.",
        ),
    ] = False
    allow_drops: Annotated[
        bool, Field(strict=True, description="Drop more than 20 % of the records, if it must be.")
    ] = False
