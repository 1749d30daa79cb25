"""The matrix of architectures: each is trained rightly, in packs or one at a time, or refused in words."""

import logging
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

torch = pytest.importorskip("torch")

from peft import PeftModel  # noqa: E402
from torch.nn.functional import cross_entropy  # noqa: E402

from tests.every import every  # noqa: E402
from tests.trainer import families  # noqa: E402
from tests.trainer.runs import ROOT  # noqa: E402
from workers.programs.trainer import adapter, loss, probe  # noqa: E402
from workers.programs.trainer.data import Row  # noqa: E402
from workers.programs.trainer.failures import Failure  # noqa: E402
from workers.programs.trainer.memory import ONE_EXAMPLE  # noqa: E402
from workers.programs.trainer.spec import parse_hyperparameters  # noqa: E402
from workers.run_dir import BaseModelSpec  # noqa: E402

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore")]
PAGE = ROOT / "docs" / "models.md"
RIGHT, ALONE, REFUSED = "in packs", "one at a time", "refused"
LENGTHS = (21, 13, 30, 9)


class Line(NamedTuple):
    """One row of the page: a family, how it is trained, what share of it, or why it is not."""

    family: str
    verdict: str
    share: str = ""
    remark: str = ""


def rows() -> list[Row]:
    made = torch.Generator().manual_seed(2)
    ids = [torch.randint(3, families.VOCABULARY, (length,), generator=made) for length in LENGTHS]
    return [Row(row.int(), torch.arange(len(row)) >= len(row) // 3) for row in ids]


def plain_loss(model: Any, batch: list[Row]) -> float:
    """Compute the mean over trained tokens with the model's own forward, one example at a time."""
    total = 0.0
    for row in batch:
        logits, labels = (
            model(input_ids=row.ids[None].long(), use_cache=False).logits[0, :-1].float(),
            row.ids[1:].long(),
        )
        total += cross_entropy(logits, labels.where(row.trained[1:], -100), reduction="sum").item()
    return total / loss.count_trained(batch)


def train_three_steps(tuned: Any, batch: list[Row], pack_tokens: int) -> None:
    """Train, comparing each step's loss with the model's own."""
    weights = [weight for weight in tuned.parameters() if weight.requires_grad]
    optimizer, losses = torch.optim.AdamW(weights, lr=3e-3, weight_decay=0.0), []
    for _ in range(3):
        tuned.eval()
        with torch.no_grad():
            expected = plain_loss(tuned, batch)
        tuned.train()
        optimizer.zero_grad()
        found = loss.accumulate(tuned, batch, trained=loss.count_trained(batch), pack_tokens=pack_tokens)
        assert found == pytest.approx(expected, rel=1e-4)
        optimizer.step()
        losses.append(found)
    assert losses[2] < losses[0]


def try_family(family: str, folder: Path) -> Line:
    """Probe, train three steps, and reload the adapter onto a new model; returns what came of it."""
    base, batch = families.model(family), rows()
    name = type(base).__name__
    try:
        packs = probe.can_pack(base, batch)
        given = parse_hyperparameters({"rank": 4, "dropout": 0.0})
        tuned = adapter.add_adapter(base, given, spec=BaseModelSpec(id=family))
    except Failure as failure:
        return Line(
            f"`{family}`", REFUSED, remark=failure.message.removeprefix(f"{name} cannot be trained here: ")
        )
    folder.mkdir(exist_ok=True)
    train_three_steps(tuned, batch, 64 if packs else ONE_EXAMPLE)
    adapter.save_adapter(tuned, folder)
    loaded = PeftModel.from_pretrained(families.model(family), folder).eval()
    with torch.no_grad():
        assert plain_loss(loaded, batch) == pytest.approx(plain_loss(tuned.eval(), batch), rel=1e-5)
    remark = "the experts have no adapter" if "The experts have none" in adapter.coverage(tuned) else ""
    return Line(f"`{family}`", RIGHT if packs else ALONE, f"{adapter.adapted_share(tuned):.0%}", remark)


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Line]:
    logging.getLogger("transformers").setLevel(logging.ERROR)
    return {}


class TestFamilies:
    @every("family", families.FAMILIES)
    def test_are_trained_rightly_or_refused_in_words(
        self, lines: dict[str, Line], tmp_path_factory: pytest.TempPathFactory, family: str
    ) -> None:
        lines[family] = try_family(family, tmp_path_factory.mktemp(family))

    def test_stand_on_the_page(self, lines: dict[str, Line]) -> None:
        if len(lines) < len(families.FAMILIES):
            pytest.skip("only part of the matrix was tried")
        assert written(lines.values()) == PAGE.read_text(), (
            "python -m tests.trainer.test_families writes the page"
        )


def written(lines: Iterable[Line]) -> str:
    """Write the page anew with these rows in its table."""
    head, bar, _ = PAGE.read_text().rpartition("|---|---|---|---|\n")
    return head + bar + "".join(f"| {' | '.join(line)} |\n".replace("  ", " ") for line in lines)


def main() -> None:
    """Try every family and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        tried = [try_family(family, Path(folder) / family) for family in families.FAMILIES]
    PAGE.write_text(written(tried))


if __name__ == "__main__":
    main()
