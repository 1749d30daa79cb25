"""The guards of the contract: the linter sees a wrong document, the comparison sees what breaks clients."""

import copy
import json
from typing import Any

import pytest

from tests.house.document import DOCUMENT
from tests.sdk.tools import ok, run

JOB_CREATED = (
    "paths",
    "/api/jobs",
    "post",
    "responses",
    "201",
    "content",
    "application/json",
    "example",
    "data",
)


@pytest.fixture
def changed(tmp_path) -> Any:
    """A function that changes a part of the document; the file of what comes of it."""

    def change(path: tuple[str, ...], edit: Any) -> Any:
        document = copy.deepcopy(DOCUMENT)
        part = document
        for name in path:
            part = part[name]
        edit(part)
        file = tmp_path / "openapi.json"
        file.write_text(json.dumps(document))
        return file

    return change


def lint(file: Any) -> tuple[str, ...]:
    return ("make", "--silent", "sdk-lint", f"CONTRACT={file}")


class TestLint:
    async def test_passes_the_document(self, changed):
        await ok(*lint(changed((), lambda _: None)))

    @pytest.mark.parametrize(
        ("edit", "named"),
        [
            (lambda job: job.update(progress="half"), "progress"),
            (lambda job: job.pop("status"), "status"),
            (lambda job: job.update(mood="good"), "mood"),
        ],
    )
    async def test_refuses_an_example_that_is_not_what_is_answered(self, changed, edit, named):
        status, written = await run(*lint(changed(JOB_CREATED, edit)))
        assert status != 0
        assert "no-invalid-media-type-examples" in written
        assert named in written


class TestContractDiff:
    @pytest.fixture
    def compare(self, changed, tmp_path) -> Any:
        (tmp_path / "released.json").write_text(json.dumps(DOCUMENT))

        async def against_today(path: tuple[str, ...], edit: Any) -> tuple[int, str]:
            file = changed(("components", "schemas", *path), edit)
            released = f"RELEASED={tmp_path / 'released.json'}"
            return await run("make", "--silent", "contract-diff", f"CONTRACT={file}", released)

        return against_today

    async def test_finds_that_no_client_of_the_last_release_breaks(self):
        written = await ok("make", "--silent", "contract-diff")
        assert written.startswith("# API Changelog")

    @pytest.mark.parametrize(
        ("path", "edit", "said"),
        [
            (("JobRead", "properties"), lambda fields: fields.pop("progress"), "removed the required"),
            (("DatasetCreate", "required"), lambda names: names.append("description"), "became required"),
            (("GpuType", "enum"), lambda values: values.remove("H100"), "removed the enum value `H100`"),
        ],
    )
    async def test_sees_what_breaks(self, compare, path, edit, said):
        status, written = await compare(path, edit)
        assert status != 0
        assert said in written

    async def test_lets_an_addition_pass(self, compare):
        status, written = await compare(
            ("JobRead", "properties"), lambda fields: fields.update(mood={"type": "string"})
        )
        assert status == 0, written
        assert "added the optional property `data/mood`" in written
