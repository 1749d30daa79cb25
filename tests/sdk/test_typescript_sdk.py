"""The generated TypeScript client, packed as its README says and installed in a fresh project."""

import json
import shutil
from pathlib import Path

from tests.sdk.tools import CLIENTS, TOOLS, ok

SCRIPTS = Path(__file__).parent / "scripts"
NEEDED = ("@tanstack/react-query", "@types/node", "@types/react", "react", "typescript")
INSTALL = ("npm", "install", "--no-audit", "--no-fund")
OPTIONS = {
    "strict": True, "noEmit": True, "noUncheckedIndexedAccess": True,
    "target": "ES2022", "module": "NodeNext", "types": ["node"],
}  # fmt: skip


async def packed(folder: Path) -> Path:
    """The client's package, made from its committed sources alone."""
    shutil.copytree(CLIENTS / "typescript", folder, ignore=shutil.ignore_patterns("lib", "node_modules"))
    await ok(*INSTALL, cwd=folder)
    written = await ok("npm", "pack", "--silent", cwd=folder)
    return folder / written.splitlines()[-1]


class TestTypeScriptClient:
    async def test_does_the_main_job(self, main_job, tmp_path):
        for script in SCRIPTS.glob("*.ts"):
            shutil.copy(script, tmp_path)
        pinned = json.loads((TOOLS / "package.json").read_text())["dependencies"]
        needed = {name: pinned[name] for name in NEEDED}
        (tmp_path / "package.json").write_text(json.dumps({"type": "module", "devDependencies": needed}))
        (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": OPTIONS}))
        await ok(*INSTALL, await packed(tmp_path / "client"), cwd=tmp_path)
        await ok("npx", "tsc", cwd=tmp_path)
        await main_job("node", "main_job.ts")
