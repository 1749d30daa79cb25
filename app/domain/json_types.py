"""Names of JSON types, as findings show them."""


def describe_type(value: object) -> str:
    """Name a JSON value's type in plain words."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"
