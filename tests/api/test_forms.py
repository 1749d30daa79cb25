"""Every form of a dataset file goes the whole way: validated, trained on, byte for byte what was uploaded."""

import hashlib

import pytest

from app.domain.states import TERMINAL
from tests.conftest import until
from tests.factories import SAMPLE, in_form, job_body, upload

NAMES = {"gzip": "sample.jsonl.gz", "archive": "sample.json", "list": "sample.json"}


class TestEveryForm:
    @pytest.mark.parametrize("form", NAMES)
    async def test_is_validated_and_trained_on(self, alice, worker, form):
        content = in_form(SAMPLE.read_bytes(), form)
        dataset_id = await upload(alice, content, file_name=NAMES[form])

        async def checked():
            dataset = (await alice.ok("GET", f"/api/datasets/{dataset_id}"))["dataset"]
            return dataset if dataset["status"] in ("ready", "error") else None

        dataset = await until(checked)
        assert dataset["status"] == "ready", dataset["error_message"]
        assert (dataset["total_pairs"], dataset["total_conversations"]) == (50, 14)
        assert dataset["content_sha256"] == hashlib.sha256(content).hexdigest()
        job_id = (await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset_id)))["id"]

        async def ended():
            job = await alice.ok("GET", f"/api/jobs/{job_id}")
            return job if job["status"] in TERMINAL else None

        assert (await until(ended))["status"] == "completed"
