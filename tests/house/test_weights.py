"""Weights are read as safetensors only, here and in the lines that users are given: a pickle runs code."""

import re

from tests.house.sources import ROOT

LOADS = re.compile(r"AutoModelForCausalLM(?:\.from_pretrained\(|, spec).*")


class TestWeights:
    def test_are_never_a_pickle(self):
        lines = [
            line
            for folder in ("app", "workers")
            for path in (ROOT / folder).rglob("*.py")
            for line in LOADS.findall(path.read_text())
        ]
        assert len(lines) >= 3
        assert not [line for line in lines if "use_safetensors=True" not in line and "**_SAFE" not in line]
