"""Draw docs/images/lora-jobs-watch.svg: `lora jobs watch` on a job of a live stack, with the real trainer.

python -m tests.cli.picture
"""

import os
import re
import tempfile
from pathlib import Path

from rich.console import Console

from app.adapters.auth import make_token, user_id_of
from app.cli.client import connected, follow
from app.cli.upload import upload_sample
from app.cli.watch import JobState, render
from app.embedded import stack
from app.embedded.stored_values import free_port
from app.settings import get_settings

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "lora-jobs-watch.svg"
WIDTH, HEIGHT = 100, 33
TAKEN_AT_PERCENT = 71
JOB = {
    "name": "Everyday advice, first adapter",
    "gpu_config": {"type": "H100", "count": 8},
    "hyperparameters": {"epochs": 16, "batch_size": 8, "learning_rate": 0.001},
}


def main() -> None:
    """Start a stack, train the built-in sample, and keep one frame of the watch."""
    with tempfile.TemporaryDirectory(prefix="lora-picture-") as folder:
        Path(folder).chmod(0o755)
        os.environ.update(
            LORA_ENVIRONMENT="dev", LORA_TRAINER="local", LORA_LOG_LEVEL="WARNING", LORA_DATA_DIR=folder
        )
        os.environ["LORA_PORT"] = str(free_port())
        get_settings.cache_clear()
        with stack.running(get_settings()) as settings:
            secret = settings.jwt_secret.get_secret_value()
            token = make_token(secret, user_id_of("alice"), ttl_seconds=3600)
            with connected(f"http://{settings.host}:{settings.port}", token) as api:
                job = api("POST", "/api/jobs", json={"dataset_id": upload_sample(api)["id"], **JOB})
                draw(followed(api, job))


def followed(api, job) -> JobState:
    """The job as it stands in the middle of its training."""
    state = JobState(api("GET", f"/api/jobs/{job['id']}"))
    for event in follow(api, f"/api/jobs/{job['id']}/events", print):
        state.apply(event)
        if event["type"] == "progress" and state.current["progress"] >= TAKEN_AT_PERCENT:
            break
    return state


def draw(state: JobState) -> None:
    """Write the frame as a picture of a terminal."""
    PICTURE.parent.mkdir(exist_ok=True)
    with Path(os.devnull).open("w") as nowhere:
        console = Console(
            record=True, width=WIDTH, file=nowhere, force_terminal=True, color_system="truecolor"
        )
        console.print(render(state, width=WIDTH, height=HEIGHT))
        svg = console.export_svg(title=f"lora jobs watch {state.job['id']}")
    PICTURE.write_text(without_fonts(svg))


def without_fonts(svg: str) -> str:
    """The picture with the reader's own fonts, so that it loads nothing."""
    return re.sub(r"@font-face \{[^}]*\}\s*", "", svg)


if __name__ == "__main__":
    main()
