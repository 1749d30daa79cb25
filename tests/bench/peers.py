"""Libraries that people use for the same, from a virtual environment of their own."""

from datasets import load_dataset

from tests.bench.measure import Timed


def stream(path: str, field: str) -> Timed:
    """Iterate a file of lines to its end, counting records that have the field."""

    def run() -> int:
        dataset = load_dataset("json", data_files=path, split="train", streaming=True)
        return sum(record[field] is not None for record in dataset)

    return run


def stream_document(path: str) -> Timed:
    """Iterate the conversations of an archive."""

    def run() -> int:
        dataset = load_dataset("json", data_files=path, field="conversations", split="train", streaming=True)
        pairs = (pair for conversation in dataset for pair in conversation["training_pairs"])
        return sum(pair["target_response"] is not None for pair in pairs)

    return run
