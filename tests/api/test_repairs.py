"""Repair over HTTP: a bad file becomes a good dataset, and stays what it was."""

import json

import httpx
import pytest

from app.models.base import utcnow
from tests.api.test_failures import assert_failure
from tests.conftest import until
from tests.factories import in_form, make_dataset, pairs, upload

GOOD = pairs(30).split(b"\n")
BAD = [
    b'{"current_user_input":"When?","target_response":null}',
    b"no json",
    b'{"current_user_input":"Where?","target_response":"In the caf\xe9, \x00of course."}',
    GOOD[0],
]


@pytest.fixture
async def over(alice):
    """Wait for the end of a dataset's validation; the dataset."""

    async def wait(dataset_id):
        async def ended():
            dataset = (await alice.ok("GET", f"/api/datasets/{dataset_id}"))["dataset"]
            return dataset if dataset["status"] in ("ready", "error") else None

        return await until(ended)

    return wait


async def content_of(alice, dataset_id) -> bytes:
    url = (await alice.ok("GET", f"/api/datasets/{dataset_id}/download"))["url"]
    async with httpx.AsyncClient() as store:
        return (await store.get(url)).content


async def repair(alice, dataset_id, status=201, **body):
    return await alice.client.post(f"/api/datasets/{dataset_id}/repair", json=body)


class TestRepairDataset:
    @pytest.mark.parametrize("name", ["dry_run", "allow_drops"])
    async def test_takes_no_number_for_a_switch(self, alice, database, name):
        dataset = await make_dataset(database, alice.id)
        answer = await alice.client.post(f"/api/datasets/{dataset.id}/repair", json={name: 0})
        assert name in assert_failure(answer, 400, "validation_error")["details"]

    async def test_makes_a_ready_dataset_of_a_bad_file(self, alice, worker, over):
        content = b"\n".join([*GOOD, *BAD])
        bad = await over(await upload(alice, content))
        assert bad["status"] == "error"
        answer = await repair(alice, bad["id"], actions={"duplicate.exact": "drop"})
        assert answer.status_code == 201, answer.text
        made = await over(answer.json()["data"]["dataset"]["id"])
        assert (made["status"], made["repaired_from"], made["total_pairs"]) == ("ready", bad["id"], 31)
        summary = made["repair_summary"]
        assert {name: summary[name] for name in ("records", "kept", "mended", "dropped")} == {
            "records": 34, "kept": 30, "mended": 1, "dropped": 3,
        }  # fmt: skip
        assert [change["line"] for change in summary["changes"]] == [31, 32, 33, 34]
        *kept, mended = (await content_of(alice, made["id"])).splitlines()
        assert kept == GOOD
        assert json.loads(mended)["target_response"] == "In the café, of course."
        assert await content_of(alice, bad["id"]) == content

    @pytest.mark.parametrize("form", ["archive", "gzip", "list"])
    async def test_makes_lines_of_every_form(self, alice, worker, over, form):
        name = {"gzip": "a.jsonl.gz"}.get(form, "a.json")
        source = await over(await upload(alice, in_form(b"\n".join(GOOD), form), file_name=name))
        made = await over((await repair(alice, source["id"])).json()["data"]["dataset"]["id"])
        assert (made["status"], made["file_name"]) == ("ready", "a.repaired.jsonl")
        assert len((await content_of(alice, made["id"])).splitlines()) == 30

    async def test_says_that_nothing_is_left(self, alice, worker, over):
        source = await over(await upload(alice, b'{"prompt":"a?"'))
        answer = await repair(alice, source["id"], allow_drops=True)
        made = await over(answer.json()["data"]["dataset"]["id"])
        assert (made["status"], made["repair_summary"]["dropped"]) == ("error", 1)
        assert "Nothing is left" in made["error_message"]

    async def test_refuses_a_source_that_was_changed(self, alice, worker, over, storage):
        source = await over(await upload(alice, b"\n".join(GOOD)))
        await storage.put(source["storage_bucket"], source["storage_path"], b"\n".join(GOOD[:-1]))
        made = await over((await repair(alice, source["id"])).json()["data"]["dataset"]["id"])
        assert made["status"] == "error"
        assert "no longer the one that was validated" in made["error_message"]

    @pytest.mark.parametrize(
        ("actions", "field"),
        [({"target.null": "mend"}, "target.null"), ({"json.syntax": "keep"}, "json.syntax"),
         ({"no.such": "drop"}, "no.such"), ({"file.empty": "drop"}, "file.empty")],
    )  # fmt: skip
    async def test_refuses_a_plan_that_cannot_be_carried_out(self, alice, database, actions, field):
        dataset = await make_dataset(database, alice.id)
        answer = await repair(alice, dataset.id, actions=actions)
        assert (answer.status_code, list(answer.json()["details"])) == (400, [f"actions.{field}"])

    async def test_waits_for_the_check_of_the_source(self, alice, database):
        dataset = await make_dataset(database, alice.id, status="validating", training_ready=False)
        answer = await repair(alice, dataset.id)
        assert (answer.status_code, answer.json()["code"]) == (409, "dataset_not_ready")

    async def test_drops_as_cut_off_what_the_whole_file_shows(self, alice, worker, over):
        cut = json.dumps(
            {"current_user_input": "And now?", "target_response": "It is late. So I will stay at ho"}
        )
        source = await over(await upload(alice, b"\n".join([*GOOD, cut.encode()])))
        answer = await repair(alice, source["id"], actions={"text.truncated_target": "drop"})
        made = await over(answer.json()["data"]["dataset"]["id"])
        assert (made["status"], made["repair_summary"]["dropped"]) == ("ready", 1)
        assert (await content_of(alice, made["id"])).splitlines() == GOOD

    async def test_answers_a_repeat_with_the_same_dataset(self, alice, database):
        dataset = await make_dataset(database, alice.id, validated_at=utcnow())
        headers = {"Idempotency-Key": "mend it"}
        path = f"/api/datasets/{dataset.id}/repair"
        first, again = [await alice.client.post(path, json={}, headers=headers) for _ in range(2)]
        assert first.json()["data"] == again.json()["data"]
        assert again.headers["Idempotency-Replayed"] == "true"


class TestPlan:
    async def test_says_what_would_be_done_and_makes_nothing(self, alice, worker, over):
        source = await over(await upload(alice, b"\n".join([*GOOD, *BAD])))
        actions = {"duplicate.exact": "drop"}
        answer = await repair(alice, source["id"], actions=actions, dry_run=True)
        plan = await over(answer.json()["data"]["dataset"]["id"])
        assert (plan["status"], plan["training_ready"], plan["file_size"]) == ("error", False, 1)
        assert "only the plan of a repair" in plan["error_message"]
        assert plan["repair_plan"] == {"duplicate.exact": "drop", "dry_run": "yes"}
        assert (await alice.client.get(f"/api/datasets/{plan['id']}/download")).status_code == 409
        assert (await alice.client.post(f"/api/datasets/{plan['id']}/revalidate")).status_code == 409
        made = await over(
            (await repair(alice, source["id"], actions=actions)).json()["data"]["dataset"]["id"]
        )
        assert made["repair_summary"] == plan["repair_summary"]
        assert [change["line"] for change in plan["repair_summary"]["changes"]] == [31, 32, 33, 34]
        assert plan["id"] not in json.dumps(await alice.ok("GET", "/api/notifications"))

    async def test_is_refused_what_would_drop_too_much(self, alice, worker, over):
        nulls = [b'{"current_user_input":"When?","target_response":null}'] * 8
        source = await over(await upload(alice, b"\n".join([*GOOD, *nulls])))
        refused = await repair(alice, source["id"])
        assert (refused.status_code, refused.json()["code"]) == (409, "repair_drops_too_much")
        assert "38 records (target.null: 8)" in refused.json()["details"]
        allowed = await repair(alice, source["id"], allow_drops=True)
        made = await over(allowed.json()["data"]["dataset"]["id"])
        assert (made["status"], made["total_pairs"]) == ("ready", 30)

    async def test_found_while_working_fails_with_the_same_code(self, alice, worker, over):
        source = await over(await upload(alice, b"\n".join([*GOOD, *[b'{"current_user_input":"When'] * 8])))
        made = await over((await repair(alice, source["id"])).json()["data"]["dataset"]["id"])
        assert (made["status"], made["repair_summary"]["stopped_by"]) == ("error", "repair_drops_too_much")
        assert "38 records (json.syntax: 8)" in made["error_message"]
        assert (await repair(alice, source["id"])).status_code == 409  # it is known now

    async def test_cannot_be_made_of_a_plan(self, alice, worker, over):
        source = await over(await upload(alice, b"\n".join(GOOD)))
        answer = await repair(alice, source["id"], dry_run=True)
        plan = await over(answer.json()["data"]["dataset"]["id"])
        assert (await repair(alice, plan["id"])).json()["code"] == "dataset_not_ready"
