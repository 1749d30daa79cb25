"""The chaos driver: `python -m tests.chaos PROFILE`.

Where to look: `profiles` says what is broken and how often, `workload` what users do meanwhile, `faults`
and `outages` how things are broken, `history` what is written down, `verdict` and `checker` what must be
true afterwards, `results` how it is shown, `stack` what it all runs on, `run` how these come together.
"""

import argparse
import asyncio
import os
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from app.settings import Settings
from tests.chaos import results, run, stack
from tests.chaos.profiles import PROFILES, Part
from tests.chaos.results import Result
from tests.chaos.run import Size

REPOSITORY = Path(__file__).parents[2]


def main() -> int:
    """Run the parts of a profile one after another; 1 when any failed."""
    arguments = _arguments()
    folder = arguments.folder / arguments.profile
    passed = True
    for name, part in PROFILES[arguments.profile].items():
        if arguments.part in (None, name):
            shutil.rmtree(folder / name, ignore_errors=True)
            with stack.ground(part.env) as settings:
                result = asyncio.run(_result(part, settings, folder / name, arguments=arguments))
            results.keep(result, folder / name)
            print(results.on_screen(result), flush=True)  # noqa: T201
            passed = passed and result.passed
    if arguments.page:
        parts = PROFILES[arguments.profile].items()
        all_kept = {part.title: results.kept(folder / name) for name, part in parts}
        arguments.page.mkdir(exist_ok=True)
        (arguments.page / f"{arguments.profile}.md").write_text(results.page(arguments.profile, all_kept))
    return 0 if passed else 1


async def _result(part: Part, settings: Settings, folder: Path, *, arguments: argparse.Namespace) -> Result:
    began, load = time.monotonic(), os.getloadavg()[0]
    date = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    size = Size(arguments.seed, arguments.scale, arguments.seconds)
    async with run.opened(settings, folder, size, part.mix) as running:
        await part.act(running)
        [postgres] = await running.stack.query("SHOW server_version")
        redis = await running.stack.redis.info("server")
        rows = await run.judged(running, part.excuses)
    return Result(
        title=part.title,
        command=" ".join(
            [
                f"make chaos PROFILE={arguments.profile} PART={folder.name}",
                f"SEED={arguments.seed} SCALE={arguments.scale:g} LIMIT={arguments.seconds:g}",
            ]
        ),
        date=date,
        seconds=time.monotonic() - began,
        load=load,
        ground=f"{results.machine()}, PostgreSQL {postgres[0]}, Redis {redis['redis_version']}",
        settings=stack.ENGINE | dict(part.env),
        rows=rows,
        notes=running.notes,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("profile", choices=PROFILES)
    parser.add_argument("--part", help="only this part of the profile")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--scale", type=float, default=1.0, help="of all figures and floors")
    parser.add_argument(
        "--folder", type=Path, default=REPOSITORY / ".cache" / "chaos", help="for histories and logs"
    )
    parser.add_argument("--seconds", type=float, default=2400, help="after which a part's faults are cut off")
    parser.add_argument("--page", type=Path, help="the folder for the profile's page of results")
    arguments = parser.parse_args()
    if arguments.part not in (None, *PROFILES[arguments.profile]):
        parser.error(
            f"{arguments.profile} has no part {arguments.part}: {', '.join(PROFILES[arguments.profile])}"
        )
    return arguments


if __name__ == "__main__":
    sys.exit(main())
