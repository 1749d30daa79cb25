"""`lora datasets repair`: the plan first, then what was agreed to."""

import pytest

from tests.conftest import until
from tests.factories import pairs, upload

GOOD = pairs(30).split(b"\n")
BAD = b'{"current_user_input":"When?","target_response":null}'
NEARLY = b'{"current_user_input":"When?","target_response":"At noon.",}'


@pytest.fixture
async def checked(alice, worker):
    async def make(*lines, good=GOOD):
        id = await upload(alice, b"\n".join([*good, *lines]))

        async def ended():
            dataset = (await alice.ok("GET", f"/api/datasets/{id}"))["dataset"]
            return id if dataset["status"] in ("ready", "error") else None

        return await until(ended)

    return make


async def names(alice):
    return [dataset["name"] for dataset in (await alice.ok("GET", "/api/datasets"))["datasets"]]


class TestRepair:
    async def test_shows_the_plan_and_leaves_nothing_of_it(self, alice, checked, lora):
        id = await checked(BAD, NEARLY)
        shown = await lora("datasets", "repair", id, "--dry-run")
        assert (shown.code, "32 records: 30 stay as they are, 1 fixed, 1 dropped" in shown.out) == (0, True)
        assert len(await names(alice)) == 1

    async def test_asks_before_and_makes_a_dataset_with_yes(self, alice, checked, lora):
        id = await checked(BAD, NEARLY)
        refused = await lora("datasets", "repair", id)
        assert (refused.code, "--yes" in refused.err) == (2, True)
        made = await lora("datasets", "repair", id, "--yes", "--json")
        assert (made.code, made.data["dataset"]["total_pairs"]) == (0, 31)

    async def test_of_what_is_no_dataset_makes_none(self, alice, checked, lora):
        id = await checked(b"<html><body>x", good=[])
        for option in ("--dry-run", "--yes"):
            refused = await lora("datasets", "repair", id, option)
            assert (refused.code, "holds no record" in refused.err) == (1, True)
        assert len(await names(alice)) == 1

    async def test_drops_many_only_when_told_so(self, checked, lora):
        id = await checked(*[BAD] * 10)
        refused = await lora("datasets", "repair", id, "--yes")
        assert (refused.code, "10 of 40 records would be dropped" in refused.err) == (1, True)
        assert (await lora("datasets", "repair", id, "--yes", "--allow-drops")).code == 0
