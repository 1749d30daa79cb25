"""Guards of what one user keeps: bytes, rows, checkpoints, and the clocks that end them."""

from tests.mutants.mutant import Mutant

STORED = "tests/api/test_stored_bytes.py"
DELETED = f"{STORED}::TestDeletedUploads"
ROWS = f"{STORED}::TestRows"
CHECKPOINTS = "tests/maintenance/test_checkpoints.py::TestCheckpoints"
OBJECTS = "tests/maintenance/test_unreferenced_objects.py::TestRemoveUnreferenced"
CAP = "tests/workers/test_training.py::TestCap"
UPLOADS, QUOTAS = "app/services/datasets/uploads.py", "app/services/billing/quotas.py"
RETENTION = "app/maintenance/retention.py"

KEPT = (
    Mutant(
        name="purged-before-its-url-expires",
        promise="What may still be sent to a deleted dataset counts, and is removed",
        file=RETENTION,
        old="and_(Dataset.purged_at.is_(None), is_closed, is_over)",
        new="and_(Dataset.purged_at.is_(None), is_over)",
        tests=(
            f"{DELETED}::test_count_until_their_urls_have_expired",
            f"{DELETED}::test_of_kept_days_wait_for_their_urls_too",
        ),
    ),
    Mutant(
        name="url-of-a-replay-forgotten",
        promise="A URL that a repeated request gives is on record",
        file=UPLOADS,
        old="    await _record(session, dataset, upload)\n    return upload",
        new="    return upload",
        tests=(f"{DELETED}::test_count_until_the_last_of_their_urls_has_expired[replay]",),
    ),
    Mutant(
        name="fresh-url-forgotten",
        promise="A fresh URL is on record",
        file=UPLOADS,
        old="        await _record(session, await _awaiting(session, dataset_id, lock=True), upload)\n",
        new="        await _awaiting(session, dataset_id, lock=True)\n",
        tests=(f"{DELETED}::test_count_until_the_last_of_their_urls_has_expired[upload]",),
    ),
    Mutant(
        name="open-uploads-forget-deleted",
        promise="A deleted upload is open until its URL has expired",
        file=QUOTAS,
        old="(Dataset.status == DatasetStatus.UPLOADING) & Dataset.purged_at.is_(None)",
        new="(Dataset.status == DatasetStatus.UPLOADING) & Dataset.deleted_at.is_(None)",
        tests=(f"{DELETED}::test_are_open_until_their_urls_have_expired",),
    ),
    Mutant(
        name="replay-signs-anything",
        promise="A repeated request signs no URL for a file that is not awaited",
        file=UPLOADS,
        old="    _require_awaiting(dataset)\n    upload = await _instruct(storage, dataset)",
        new="    upload = await _instruct(storage, dataset)",
        tests=(
            "tests/api/test_idempotency.py::TestReplay::test_signs_no_url_for_a_file_that_is_not_awaited",
        ),
    ),
    Mutant(
        name="parts-beside-the-file-free",
        promise="Parts count beside the file that may be sent whole",
        file=QUOTAS,
        old="case((Dataset.upload_id.is_not(None), 2), else_=1)",
        new="case((Dataset.upload_id.is_not(None), 1), else_=1)",
        tests=(f"{STORED}::TestParts::test_count_beside_the_whole_file",),
    ),
    Mutant(
        name="parts-without-room",
        promise="Parts are opened only where there is room for them",
        file=UPLOADS,
        old="            if known is None:",
        new="            if known == dataset.id:",
        tests=(f"{STORED}::TestParts::test_count_beside_the_whole_file",),
    ),
    Mutant(
        name="repair-without-room",
        promise="A repaired file is stored only where there is room for its own size",
        file="workers/validation/repair.py",
        old="            await _make_room(lease, size)\n",
        new="",
        tests=(f"{STORED}::TestRepairs::test_count_what_a_packed_file_unpacks_to_before_it_is_stored",),
    ),
    Mutant(
        name="findings-of-nothing",
        promise="With a file go the records and findings that were kept of it",
        file="app/services/datasets/__init__.py",
        old="for model in (DatasetFinding, DatasetRecord):",
        new="for model in ():",
        tests=(f"{STORED}::TestPurgedDatasets::test_leave_no_findings_and_no_records",),
    ),
    Mutant(
        name="jobs-without-a-day",
        promise="Jobs that are cancelled at once count for a day",
        file="app/services/jobs/__init__.py",
        old="{Quota.QUEUED_JOBS: 1, Quota.JOBS_PER_DAY: 1}",
        new="{Quota.QUEUED_JOBS: 1}",
        tests=(f"{ROWS}::test_that_were_ended_at_once_count_for_a_day[jobs]",),
    ),
    Mutant(
        name="datasets-without-a-day",
        promise="Datasets that are deleted at once count for a day",
        file="app/services/datasets/__init__.py",
        old="{Quota.DATASETS_PER_DAY: 1, Quota.OPEN_UPLOADS: 1,",
        new="{Quota.OPEN_UPLOADS: 1,",
        tests=(f"{ROWS}::test_that_were_ended_at_once_count_for_a_day[datasets]",),
    ),
    Mutant(
        name="day-of-all-rows",
        promise="The rows of a day are counted by an index",
        file=QUOTAS,
        old="since = func.now() - timedelta(days=1)",
        new="since = func.clock_timestamp() - timedelta(days=1)",
        tests=(f"{ROWS}::test_are_counted_by_an_index",),
    ),
    Mutant(
        name="unused-rows-stay",
        promise="Rows of datasets that never had a checked file are removed after a day",
        file="app/maintenance/reconciler.py",
        old="    await retention.discard_datasets(database)\n",
        new="",
        tests=(f"{ROWS}::test_of_datasets_without_a_checked_file_go_after_a_day",),
    ),
    Mutant(
        name="used-rows-go",
        promise="Rows of datasets with a checked file stay",
        file="migrations/versions/0018_bounds_of_stored_data.py",
        old='"purged_at IS NOT NULL AND validated_at IS NULL"',
        new='"purged_at IS NOT NULL"',
        tests=(f"{ROWS}::test_of_datasets_with_a_checked_file_cannot_be_deleted",),
    ),
    Mutant(
        name="checkpoints-of-completed-stay",
        promise="A completed job keeps no checkpoints",
        file=RETENTION,
        old="or_(TrainingJob.status == JobStatus.COMPLETED, older(",
        new="or_(TrainingJob.status == JobStatus.QUEUED, older(",
        tests=(f"{CHECKPOINTS}::test_of_a_completed_job_go_at_once",),
    ),
    Mutant(
        name="checkpoints-of-failed-stay",
        promise="Checkpoints that no retry may begin at are removed",
        file=RETENTION,
        old="older(TrainingJob.completed_at, days=days))",
        new="older(TrainingJob.completed_at, days=days + 99))",
        tests=(f"{CHECKPOINTS}::test_of_a_job_that_may_be_tried_again_stay_for_the_retention",),
    ),
    Mutant(
        name="checkpoint-of-a-retry-removed",
        promise="A checkpoint stays while a retry resumes from it",
        file="app/services/jobs/checkpoints.py",
        old="sorted(kept - others)",
        new="sorted(kept or others)",
        tests=(f"{CHECKPOINTS}::test_stay_while_a_retry_goes_on_from_them",),
    ),
    Mutant(
        name="retry-begins-anew-in-silence",
        promise="A retry whose checkpoint is gone says that it begins anew",
        file="app/services/jobs/__init__.py",
        old="            if parent.checkpoints_purged_at:",
        new="            if parent.id is None:",
        tests=(f"{CHECKPOINTS}::test_that_are_gone_let_a_retry_begin_anew_with_a_warning",),
    ),
    Mutant(
        name="age-by-own-clock",
        promise="The age of an object is told by the store's clock",
        file="app/maintenance/unreferenced_objects.py",
        old="limit = await storage.now() - older_than",
        new="limit = datetime.now().astimezone() - older_than",
        tests=(f"{OBJECTS}::test_judges_age_by_the_clock_of_the_store",),
    ),
    Mutant(
        name="launched-without-room",
        promise="A job whose cap has no cent of room is not launched",
        file="workers/training/__init__.py",
        old="obstacle = cost_cap.check(job) or await misfits",
        new="obstacle = await misfits",
        tests=(f"{CAP}::test_ends_a_job_without_a_cent_of_room_before_it_is_launched",),
    ),
    Mutant(
        name="cap-waits-for-a-word",
        promise="A cap ends a program that says nothing",
        file="workers/training/progress.py",
        old=" or time.monotonic() >= attempt.cap_ends_at",
        new="",
        tests=(
            "tests/workers/test_training.py::TestCap::test_counts_the_time_in_which_the_program_says_nothing",
        ),
    ),
    Mutant(
        name="file-name-of-the-store",
        promise="No file has a name that a store takes for its own",
        file="app/schemas/datasets.py",
        old='if value.startswith("."):',
        new='if value.startswith("/"):',
        tests=("tests/api/test_datasets.py::TestCreateDataset::test_refuses_every_other_file_name",),
    ),
    Mutant(
        name="file-name-that-a-store-escapes",
        promise="No file has a name that a store takes for another",
        file="app/schemas/datasets.py",
        old="    if _ESCAPE in value:",
        new="    if _ESCAPE == value:",
        tests=("tests/api/test_datasets.py::TestCreateDataset::test_refuses_every_other_file_name",),
    ),
)
