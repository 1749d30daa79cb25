"""The examples of a step, and their tensors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from workers.programs.trainer.batches import collate, epoch_order, micro_batches  # noqa: E402
from workers.programs.trainer.data import Row  # noqa: E402

pytestmark = pytest.mark.train


def row(*ids: int, trained: str) -> Row:
    return Row(torch.tensor(ids, dtype=torch.int32), torch.tensor([mark == "x" for mark in trained]))


class TestEpochOrder:
    @given(count=st.integers(0, 200), seed=st.integers(0, 2**31 - 1), epoch=st.integers(0, 20))
    def test_holds_every_example_once(self, count: int, seed: int, epoch: int) -> None:
        assert sorted(epoch_order(count, seed, epoch=epoch)) == list(range(count))

    def test_is_the_same_for_the_same_seed_and_differs_between_epochs(self) -> None:
        first = epoch_order(50, 7, epoch=0)
        assert epoch_order(50, 7, epoch=1) != first
        assert epoch_order(50, 8, epoch=0) != first
        assert epoch_order(50, 7, epoch=0) == first


class TestMicroBatches:
    @given(lengths=st.lists(st.integers(2, 40), max_size=30), max_tokens=st.integers(1, 100))
    def test_holds_every_row_once_and_exceeds_the_limit_only_for_a_single_row(
        self, lengths: list[int], max_tokens: int
    ) -> None:
        rows = [Row(torch.zeros(length), torch.zeros(length)) for length in lengths]
        packs = micro_batches(rows, max_tokens=max_tokens)
        assert sorted(len(row.ids) for pack in packs for row in pack) == sorted(lengths)
        assert all(len(pack) == 1 or sum(len(row.ids) for row in pack) <= max_tokens for pack in packs)


class TestCollate:
    def test_predicts_trained_tokens_from_the_place_before_them(self) -> None:
        packed = collate([row(5, 6, 7, trained="--x"), row(8, 9, trained="xx")], torch.device("cpu"))
        assert packed.ids.tolist() == [[5, 6, 7, 8, 9]]
        assert packed.positions.tolist() == [[0, 1, 2, 0, 1]]
        assert packed.keep.tolist() == [1, 3]
        assert packed.labels.tolist() == [7, 9]
