"""What an examination says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the diagnosis; an empty mend means all is well."""

    what: str
    state: str
    mend: str = ""
