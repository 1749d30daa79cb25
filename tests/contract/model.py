"""A model of one user's resources, in dicts; money in USD."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

ACTIVE = {"queued", "running"}
FINISHED_COST = Decimal("0.50")  # storage alone: nothing was metered


@dataclass
class Model:
    """Datasets by id as (name, status), jobs by id as (dataset, status), and what came of them."""

    datasets: dict[str, dict[str, Any]] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    api_keys: dict[str, str] = field(default_factory=dict)
    webhooks: dict[str, bool] = field(default_factory=dict)
    notifications: int = 0
    unread: int = 0
    budget: tuple[Decimal | None, bool] = (None, False)
    charged: Decimal = Decimal("0.00")
    alerted: set[int] = field(default_factory=set)

    def tell(self, count: int = 1) -> None:
        """So many notifications were written."""
        self.notifications += count
        self.unread += count

    def watch_budget(self) -> None:
        """An alert at 80 % and one at 100 %, once a month each."""
        for percent in (80, 100):
            amount = self.budget[0]
            if amount is not None and self.charged * 100 >= amount * percent and percent not in self.alerted:
                self.alerted.add(percent)
                self.tell()

    def is_used(self, dataset_id: str) -> bool:
        """Whether a job is active on the dataset."""
        return any(job["dataset"] == dataset_id and job["status"] in ACTIVE for job in self.jobs.values())

    def why_no_job(self, dataset_id: str, price: Decimal) -> tuple[int, str] | None:
        """How a new job on the dataset is refused; None when it is not."""
        dataset = self.datasets.get(dataset_id)
        if dataset is None:
            return 404, "not_found"
        if dataset["status"] != "ready":
            return 409, "dataset_not_ready"
        amount, is_blocking = self.budget
        aside = price * sum(job["status"] in ACTIVE for job in self.jobs.values())
        if amount is not None and is_blocking and self.charged + aside + price > amount:
            return 409, "budget_exceeded"
        return None

    def end_job(self, job_id: str, status: str) -> None:
        """A job ended; a model has a notification too."""
        self.jobs[job_id]["status"] = status
        self.charged += FINISHED_COST if status == "completed" else 0
        self.tell(2 if status == "completed" else 1)
        self.watch_budget()
