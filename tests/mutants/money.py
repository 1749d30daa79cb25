"""Guards of once-only creation, quotas, budgets, caps and the ledger."""

from tests.mutants.mutant import Mutant

ACCOUNT = "tests/api/test_account.py"
COSTS = "tests/domain/test_costs.py"
IDEMPOTENCY = "tests/api/test_idempotency.py"
LEDGER = "tests/api/test_costs.py::TestLedger"

MONEY = (
    Mutant(
        name="key-without-lock",
        promise="Of many requests with one key one creates, the others are told so",
        file="app/api/idempotency.py",
        old="if not await self._session.scalar(select(func.pg_try_advisory_xact_lock(lock))):",
        new="if not lock:",
        tests=(f"{IDEMPOTENCY}::TestConcurrentRequests::test_with_one_key_make_one_job",),
    ),
    Mutant(
        name="key-for-another-body",
        promise="A key that comes with another body is refused",
        file="app/api/idempotency.py",
        old="if row.request_sha256 != self._request_sha256:",
        new="if not row.request_sha256:",
        tests=(f"{IDEMPOTENCY}::TestScope::test_is_the_body",),
    ),
    Mutant(
        name="key-keeps-secret",
        promise="No secret is kept with an idempotency key",
        file="app/api/idempotency.py",
        old="response = _without(data, secret) if secret else data",
        new="response = data",
        tests=(
            "tests/api/test_api_keys.py::TestCreateApiKey::test_keeps_no_secret_with_the_idempotency_key",
        ),
    ),
    Mutant(
        name="quota-without-lock",
        promise="A quota is exact however many requests come at once, and so is a budget",
        file="app/services/billing/quotas.py",
        old="user = await users.row(session, lock=True)",
        new="user = await users.row(session)",
        tests=(
            f"{ACCOUNT}::TestQuota::test_of_queued_jobs_is_exact_however_many_come_at_once",
            f"{ACCOUNT}::TestBudget::test_is_exact_however_many_come_at_once",
        ),
    ),
    Mutant(
        name="quota-looked-at-too-early",
        promise="A quota is looked at once it is the request's turn",
        file="app/services/billing/quotas.py",
        old="    await check(session, wanted)\n    return user",
        new="    return user",
        tests=(f"{ACCOUNT}::TestQuota::test_of_queued_jobs_is_exact_however_many_come_at_once",),
    ),
    Mutant(
        name="quota-forgets-deleted",
        promise="Stored bytes count until their objects are gone",
        file="app/services/billing/quotas.py",
        old="        Dataset.purged_at.is_(None),\n",
        new="        Dataset.deleted_at.is_(None),\n",
        tests=(f"{ACCOUNT}::TestQuota::test_of_bytes_counts_what_is_deleted_but_not_purged",),
    ),
    Mutant(
        name="budget-blocks-nothing",
        promise="A job that may not fit the budget is refused where its owner wants that",
        file="app/services/billing/monthly_budgets.py",
        old="if charged + aside + cost > budget:",
        new="if budget < 0:",
        tests=(f"{ACCOUNT}::TestBudget::test_refuses_jobs_that_may_not_fit_where_its_owner_said_so",),
    ),
    Mutant(
        name="budget-sets-nothing-aside",
        promise="Active jobs count against the budget before they are charged",
        file="app/services/billing/monthly_budgets.py",
        old="if charged + aside + cost > budget:",
        new="if charged + cost > budget:",
        tests=(f"{ACCOUNT}::TestBudget::test_is_exact_however_many_come_at_once",),
    ),
    Mutant(
        name="budget-mark-missed",
        promise="Of two jobs that end at once the second sees the sum",
        file="app/services/jobs/completion.py",
        old="    await users.row(session, lock=True)",
        new="    await users.row(session)",
        tests=(f"{ACCOUNT}::TestBudget::test_misses_no_mark_when_two_jobs_end_at_once",),
        times=2,
    ),
    Mutant(
        name="budget-alert-comes-again",
        promise="An alert that its owner deleted does not come again",
        file="app/services/billing/monthly_budgets.py",
        old="or_(User.budget_alerted.is_(None), User.budget_alerted < threshold)",
        new="or_(User.budget_alerted.is_(None), User.id.is_not(None))",
        tests=(f"{ACCOUNT}::TestBudget::test_tells_of_no_mark_again_whose_alert_was_deleted",),
    ),
    Mutant(
        name="cap-passed-by-charge",
        promise="No charge passes a job's cap",
        file="app/domain/costs.py",
        old="Charge(min(compute, most), ",
        new="Charge(compute, ",
        tests=(f"{COSTS}::TestCharge::test_never_exceeds_the_cap",),
    ),
    Mutant(
        name="cap-unheeded-by-rule",
        promise="A job stops before the step that its cap does not pay",
        file="app/domain/costs.py",
        old="next_step_seconds) > cap - STORAGE",
        new="next_step_seconds) > cap",
        tests=(f"{COSTS}::TestWouldPassCap::test_stops_before_the_step_that_eats_into_storage",),
    ),
    Mutant(
        name="cap-unheeded-by-worker",
        promise="A worker ends a job whose cap is spent",
        file="workers/training/progress.py",
        old="    if spent:\n",
        new="    if spent is None:\n",
        tests=("tests/chaos/test_endings.py::TestFailing::test_the_cap_is_never_passed",),
    ),
    Mutant(
        name="ledger-unchecked",
        promise="A job's charges sum to its final cost, whoever writes them",
        file="migrations/versions/0010_live_jobs.py",
        old="IF charged IS DISTINCT FROM coalesce(owed, 0) THEN",
        new="IF charged IS NULL THEN",
        tests=(
            f"{LEDGER}::test_takes_no_charge_of_a_job_that_has_not_ended",
            f"{LEDGER}::test_takes_no_final_cost_without_its_records",
        ),
    ),
    Mutant(
        name="job-on-anything",
        promise="A job starts on a validated dataset only",
        file="app/services/jobs/__init__.py",
        old="if not states.trainable(dataset.status, dataset.training_ready):",
        new="if dataset.status is None:",
        tests=("tests/api/test_jobs.py::TestCreateJob::test_needs_a_dataset_that_is_ready",),
    ),
    Mutant(
        name="job-amid-revalidation",
        promise="A new job and another check of its dataset exclude each other",
        file="app/services/jobs/__init__.py",
        old="session.get_owned(Dataset, body.dataset_id, lock=True)",
        new="session.get_owned(Dataset, body.dataset_id)",
        tests=(
            "tests/api/test_revalidation.py::TestRevalidateDataset::test_and_a_new_job_exclude_each_other",
        ),
    ),
)
