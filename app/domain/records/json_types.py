"""Types of JSON values: their names, as findings show them, and numbers that are not finite."""

from math import isfinite


def describe_type(value: object) -> str:
    """Name a JSON value's type in plain words."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"


def is_not_finite(value: object) -> bool:
    """Return whether a value is NaN or infinite, which JSON readers report, and nothing else should again."""
    return type(value) is float and not isfinite(value)
