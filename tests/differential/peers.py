"""Chat templates out of the packages of others, installed into an environment of their own, never copied."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".cache" / "mask-peers"
_PYTHON = FOLDER / "bin" / "python"
_PACKAGES = (("--no-deps", "trl"), ("--no-deps", "axolotl"), ("mistral-common",))
_READ = """
import glob, importlib.util, json
from importlib.metadata import version
found = {"versions": {name: version(name) for name in ("trl", "axolotl", "mistral-common")}}
for name, folder in (("trl", "chat_templates"), ("axolotl", "utils/chat_templates/templates")):
    root = importlib.util.find_spec(name).submodule_search_locations[0]
    found[name] = {
        path.split("/")[-1].removesuffix(".jinja"): open(path, encoding="utf-8").read()
        for path in glob.glob(f"{root}/{folder}/*.jinja")
    }
from mistral_common.integrations.chat_templates.chat_templates import generate_chat_template
from mistral_common.tokens.tokenizers.base import TokenizerVersion
def generate(version, spm):
    return generate_chat_template(
        spm=spm, tokenizer_version=TokenizerVersion(version), image_support=False, audio_support=False,
        thinking_support=False, default_system_prompt=None, plain_thinking_support=False,
        use_special_token_variables=True, model_settings_fields=None, reasoning_effort_values=None,
        reasoning_effort_default=None)
kinds = [*((v, True) for v in ("v1", "v2", "v3")), *((v, False) for v in ("v3", "v7", "v11", "v13"))]
found["mistral"] = {f"{v}{'_spm' if spm else '_tekken'}": generate(v, spm) for v, spm in kinds}
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Peers:
    """Versions of the packages, and the templates of each by name."""

    versions: dict[str, str]
    trl: dict[str, str]
    axolotl: dict[str, str]
    mistral: dict[str, str]


def read() -> Peers:
    """Install the packages once, and read their templates; raises CalledProcessError."""
    if not (FOLDER / ".done").exists():
        subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True)
        for packages in _PACKAGES:
            install = [_PYTHON, "-m", "pip", "install", "-q", *packages]
            subprocess.run(install, check=True, capture_output=True)
        (FOLDER / ".done").touch()
    written = subprocess.run([_PYTHON, "-c", _READ], check=True, capture_output=True).stdout
    found = json.loads(written)
    return Peers(found["versions"], found["trl"], found["axolotl"], found["mistral"])
