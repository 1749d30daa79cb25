"""The split into training and validation conversations."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.split import held_out, held_out_count, rank


def ids(count: int) -> list[str]:
    return [f"conversation-{number}" for number in range(count)]


class TestHoldOut:
    def test_holds_out_none_of_fewer_than_ten_conversations(self):
        assert held_out(ids(9), 0.5) == frozenset()

    def test_holds_out_none_when_no_split_is_asked_for(self):
        assert held_out(ids(100), 0) == frozenset()

    def test_rounds_up(self):
        assert len(held_out(ids(11), 0.1)) == 2

    def test_counts_exactly_where_floats_do_not(self):
        assert [held_out_count(n, 0.1) for n in (10, 20, 30, 70, 110)] == [1, 2, 3, 7, 11]

    def test_is_the_same_for_ever(self):
        assert held_out(ids(20), 0.1) == {"conversation-1", "conversation-16"}

    def test_takes_the_lowest_ranks(self):
        held = held_out(ids(50), 0.2)
        assert max(map(rank, held)) < min(rank(name) for name in ids(50) if name not in held)

    @given(st.lists(st.text(), max_size=40), st.sampled_from([0.0, 0.05, 0.1, 0.25, 0.5]))
    def test_depends_on_the_set_of_ids_only(self, names, share):
        held = held_out(names, share)
        assert held == held_out([*reversed(names), *names], share)
        assert held <= set(names)
        assert len(held) == held_out_count(len(set(names)), share)
