"""Masks beside TRL's on every template that it knows, and under those of axolotl and mistral-common."""

import subprocess

import pytest

pytest.importorskip("torch")

from tests.differential.__main__ import rows
from tests.differential.peers import Peers, read

RECORDS = 300


@pytest.fixture(scope="module")
def peers() -> Peers:
    try:
        return read()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("the packages of others cannot be installed here")


class TestFamilies:
    def test_differ_for_reasons_with_names_only(self, peers):
        found = list(rows(peers, RECORDS))
        assert [bug for row in found for bug in row.bugs] == []
        assert len(found) > 60
        outcomes = {row.family: row.outcomes for row in found}
        for family in ("qwen2_5", "qwen3", "qwen3_5_think", "qwen3_6", "lfm2_v2"):
            assert outcomes[family] == {"equal": RECORDS}, family
