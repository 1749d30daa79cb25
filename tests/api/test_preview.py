"""Previews: the very text, tokens and mask that training will see."""

import json

import pytest

from app.domain.base_models import BASE_MODELS
from tests.conftest import until
from tests.factories import SAMPLE, make_dataset, pairs, upload

MODEL = BASE_MODELS["tiny-llama-demo"]


@pytest.fixture
async def checked(alice, worker):
    """Upload a file and wait for the end of its validation; the dataset's path."""

    async def make(content: bytes) -> str:
        path = f"/api/datasets/{await upload(alice, content)}"

        async def over():
            return (await alice.ok("GET", path))["dataset"]["status"] in ("ready", "error")

        await until(over)
        return path

    return make


def chat(*contents: str, weight: int | None = None) -> bytes:
    roles = ("user", "assistant")
    messages = [{"role": roles[at % 2], "content": text} for at, text in enumerate(contents)]
    if weight is not None:
        messages[1]["weight"] = weight
    return json.dumps({"messages": messages}).encode()


class TestPreviewDataset:
    @pytest.mark.train
    async def test_shows_what_the_trainer_encodes(self, alice, checked, settings, tmp_path):
        pytest.importorskip("torch")
        from transformers import AutoTokenizer  # noqa: PLC0415 - the training extra

        from app.adapters.chat_models import find  # noqa: PLC0415
        from workers.programs.trainer.data import encoder, load_data  # noqa: PLC0415
        from workers.run_dir import DatasetSpec  # noqa: PLC0415

        path = await checked(SAMPLE.read_bytes())
        shown = await alice.ok("GET", f"{path}/preview?limit=50")
        assert (shown["rendering"], shown["base_model"], shown["total"]) == ("model", MODEL.id, 50)

        tokenizer = AutoTokenizer.from_pretrained(find(settings.models_dir, MODEL))
        spec = DatasetSpec(id="d", sha256="", shape="brightrun_lora_v4", validation_split=0.0)
        (tmp_path / "data").write_bytes(SAMPLE.read_bytes())
        rows = load_data(tmp_path / "data", spec, encoder=encoder(tokenizer, shown["max_seq_length"])).train
        for record, [row] in zip(shown["records"], rows, strict=True):
            assert tokenizer(record["text"], add_special_tokens=False)["input_ids"] == row.ids.tolist()
            assert (record["tokens"], record["trained_tokens"]) == (len(row.ids), int(row.trained.sum()))
            spans = "".join(record["text"][start:end] for start, end in record["trained_spans"])
            assert spans == tokenizer.decode(row.ids[row.trained].tolist())

    async def test_pages_by_offset_and_names_lines(self, alice, checked):
        path = await checked(b"\n" + pairs(12))
        first, second = [await alice.ok("GET", f"{path}/preview?offset={at}&limit=7") for at in (0, 7)]
        records = first["records"] + second["records"]
        assert [(record["index"], record["line"]) for record in records] == [(n, n + 2) for n in range(12)]
        assert (await alice.ok("GET", f"{path}/preview?offset=12"))["records"] == []

    async def test_shows_weights_cuts_and_what_is_left_out(self, alice, checked):
        long = "Water it. " * 9000
        lines = [
            chat("Hi?", "Hello.", "And?", "Bye.", weight=0),
            chat(long, "No.", "Why?", "So."),
            chat("a?", long),
        ]
        path = await checked(b"\n".join(lines))
        weighted, cut, out = (await alice.ok("GET", f"{path}/preview"))["records"]
        trained = [weighted["text"][start:end] for start, end in weighted["trained_spans"]]
        assert [text[:4] for text in trained] == ["Bye."]
        assert (cut["truncated"], "Why?" in cut["text"], "Water" in cut["text"]) == (True, True, False)
        assert (out["tokens"], out["text"], "left out" in out["problem"]) == (0, "", True)

    async def test_says_that_a_model_is_not_at_hand(self, alice, checked):
        path = await checked(pairs(12))
        shown = await alice.ok("GET", f"{path}/preview?base_model=qwen2.5-7b-instruct")
        assert (shown["rendering"], shown["token_count_method"]) == ("generic", "estimate:characters-v1")
        [(start, end)] = shown["records"][0]["trained_spans"]
        assert shown["records"][0]["text"][start:end].startswith("Give plant number 0")

    async def test_is_refused_before_validation(self, alice, database):
        for status in ("uploading", "validating", "error"):  # the upload of the last one was given up
            waiting = await make_dataset(database, alice.id, status=status, training_ready=False)
            answer = await alice.client.get(f"/api/datasets/{waiting.id}/preview")
            assert (answer.status_code, answer.json()["code"]) == (409, "dataset_not_ready")

    async def test_shows_the_valid_records_of_a_dataset_with_errors(self, alice, checked):
        path = await checked(b"\n".join([chat("Hi?", "Hello."), b"no JSON", chat("And?", "Bye.")]))
        assert (await alice.ok("GET", path))["dataset"]["status"] == "error"
        shown = await alice.ok("GET", f"{path}/preview")
        assert [record["line"] for record in shown["records"]] == [1, 3]
        assert (shown["fit"]["trained"], shown["fit"]["refused"]) == (2, 1)

    async def test_takes_a_sequence_length(self, alice, checked):
        path = await checked(chat("Why?", "So. " * 300))
        for length, code in ((128, "tokens.reply_over_max_seq_length"), (2048, None)):
            shown = await alice.ok("GET", f"{path}/preview?max_seq_length={length}")
            assert (shown["max_seq_length"], shown["records"][0]["code"]) == (length, code)

    @pytest.mark.parametrize(
        "query", ["limit=51", "limit=0", "offset=-1", "base_model=gpt-9", "max_seq_length=4096"]
    )
    async def test_refuses_what_it_cannot_show(self, alice, database, query):
        dataset = await make_dataset(database, alice.id)
        answer = await alice.client.get(f"/api/datasets/{dataset.id}/preview?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
