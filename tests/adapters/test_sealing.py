"""Secrets at rest: sealed for one row, opened by any of the keys, never by others."""

import hashlib
from uuid import uuid4

import pytest

from app.adapters.sealing import NotOpened, Sealer

OLD, NEW = (hashlib.sha256(name).digest() for name in (b"old", b"new"))


class TestSealer:
    def test_opens_what_it_sealed_and_shows_none_of_it(self):
        sealer, row = Sealer([OLD]), uuid4()
        first, second = sealer.seal("whsec_abc", row), sealer.seal("whsec_abc", row)
        assert sealer.open(first, row) == sealer.open(second, row) == "whsec_abc"
        assert first != second
        assert "abc" not in first

    def test_opens_it_for_no_other_row(self):
        sealed = Sealer([OLD]).seal("whsec_abc", uuid4())
        with pytest.raises(NotOpened, match="another row"):
            Sealer([OLD]).open(sealed, uuid4())

    def test_opens_nothing_that_was_altered(self):
        row = uuid4()
        sealed = Sealer([OLD]).seal("whsec_abc", row)
        altered = sealed[:-4] + ("AAA=" if not sealed.endswith("AAA=") else "BBB=")
        with pytest.raises(NotOpened, match="altered"):
            Sealer([OLD]).open(altered, row)

    @pytest.mark.parametrize("keep", [12, 14, 20, -1])
    def test_opens_nothing_that_was_cut(self, keep):
        row = uuid4()
        with pytest.raises(NotOpened, match="altered"):
            Sealer([OLD]).open(Sealer([OLD]).seal("whsec_abc", row)[:keep], row)

    def test_seals_with_the_first_key_and_opens_with_all(self):
        row = uuid4()
        before, after = Sealer([OLD]), Sealer([NEW, OLD])
        assert after.open(before.seal("x", row), row) == "x"
        assert Sealer([NEW]).open(after.seal("x", row), row) == "x"
        with pytest.raises(NotOpened, match=f"with the key {after.key_ids[0]}"):
            before.open(after.seal("x", row), row)

    def test_leaves_what_was_never_sealed(self):
        assert Sealer([OLD]).open("whsec_v1.abc", uuid4()) == "whsec_v1.abc"
