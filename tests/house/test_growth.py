"""The page about what grows names every table and bucket, and every setting that bounds one."""

import re

from app.adapters.storage import DATASETS, MODELS
from app.models import Base
from app.services.billing import quotas
from app.settings import Settings
from tests.house.sources import ROOT

PAGE = (ROOT / "docs/operations/growth.md").read_text()


class TestGrowth:
    def test_of_every_table_and_bucket_has_its_bound_named(self):
        rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
        named = {name for row in rows for name in re.findall(r"`([\w-]+)`", row.split("|")[1])}
        fixed = {"status_moves"}  # written by migrations only
        assert named == (set(Base.metadata.tables) - fixed) | {DATASETS, MODELS}

    def test_is_bounded_by_settings_that_are_there(self):
        settings = {f"LORA_{name.upper()}" for name in Settings.model_fields}
        assert set(re.findall(r"LORA_\w+", PAGE)) <= settings

    def test_of_every_quota_is_on_the_page(self):
        assert {f"`{quota}`" for quota in quotas.Quota} <= set(re.findall(r"`\w+`", PAGE))
