"""Wire shapes of repairs."""

from typing import Annotated, Literal

from pydantic import Field

from app.schemas.base import Body, Name, Text, examples


class RepairCreate(Body):
    """The action for each finding code."""

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
