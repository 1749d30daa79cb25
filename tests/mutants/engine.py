"""Guards of claims, attempts, endings and the reconciler."""

from tests.mutants.mutant import Mutant

LEASE = "tests/workers/test_lease.py"
CANCEL = "tests/api/test_jobs.py::TestCancelJob"
ENDINGS = "tests/workers/test_endings.py"
FETCHING = "tests/workers/test_checkpoints.py::TestFetchingTheNewest"
RECONCILER = "tests/maintenance/test_reconciler.py"
POSITIONS = "tests/maintenance/test_queue_positions.py"
TRANSACTIONS = "tests/db/test_session.py"
UNREFERENCED = "tests/maintenance/test_unreferenced_objects.py::TestRemoveUnreferenced"
REPORTS = "tests/workers/test_progress_schema.py"

CLAIMS = (
    Mutant(
        name="claim-takes-held-rows",
        promise="A row whose lease runs is claimed by nobody",
        file="app/models/claim_order.py",
        old="return or_(model.lease_until.is_(None), model.lease_until < func.clock_timestamp())",
        new="return true()",
        tests=(f"{LEASE}::TestClaiming::test_leaves_a_held_row_alone",),
    ),
    Mutant(
        name="claim-without-condition",
        promise="Of many claims of one row one wins",
        file="workers/lease.py",
        old="where(model.id == lease.id, claimable(kind, budget))",
        new="where(model.id == lease.id)",
        tests=(f"{LEASE}::TestClaiming::test_gives_each_row_to_one_of_many",),
    ),
    Mutant(
        name="claim-without-row-lock",
        promise="Of many claims of one row one wins, without waiting for each other",
        file="workers/lease.py",
        old="free.with_for_update(skip_locked=True)",
        new="free",
        tests=(f"{LEASE}::TestClaiming::test_gives_each_row_to_one_of_many",),
    ),
    Mutant(
        name="claim-beyond-budget",
        promise="Work that was lost too often is claimed by nobody",
        file="app/models/claim_order.py",
        old="and_(_waits(kind), model.failures + lost(model) < budget, is_due(model))",
        new="and_(_waits(kind), is_due(model))",
        tests=(
            f"{LEASE}::TestClaimable::test_is_what_the_columns_say",
            f"{ENDINGS}::TestEnding::test_a_lost_lease_is_the_last_failure_the_budget_allows",
        ),
    ),
    Mutant(
        name="claim-counts-no-failure",
        promise="A lease that ran out is a failure",
        file="workers/lease.py",
        old="model.failures + lost(model)",
        new="model.failures",
        tests=(f"{LEASE}::TestClaiming::test_counts_a_failure_only_when_a_lease_ran_out",),
    ),
    Mutant(
        name="claim-amid-pause",
        promise="Nobody claims a row before its pause is over",
        file="app/models/claim_order.py",
        old="model.failures + lost(model) < budget, is_due(model))",
        new="model.failures + lost(model) < budget)",
        tests=(f"{LEASE}::TestClaimable::test_is_what_the_columns_say",),
    ),
    Mutant(
        name="claim-of-cancelled",
        promise="A job whose cancel was asked for is claimed by nobody",
        file="app/models/claim_order.py",
        old="wanted: ColumnElement[bool] = kind.unwanted_at.is_(None)",
        new="wanted: ColumnElement[bool] = true()",
        tests=(f"{LEASE}::TestClaimable::test_is_what_the_columns_say",),
    ),
    Mutant(
        name="claims-race-past-limit",
        promise="Two claims at a time give one user no more than may run",
        file="workers/lease.py",
        old="if most_of_one_user is not None:  # two claims",
        new="if False:  # two claims",
        tests=(f"{POSITIONS}::TestFairShare::test_stops_at_the_limit_of_one_user",),
    ),
    Mutant(
        name="claim-keeps-old-progress",
        promise="A new attempt's lines are not taken for those of the last one",
        file="app/models/claim_order.py",
        old='"progress_seq": 0,',
        new="",
        tests=(f"{LEASE}::TestClaiming::test_takes_over_in_place",),
    ),
    Mutant(
        name="unfair-claims",
        promise="A user's many jobs do not hold up another's one",
        file="app/models/claim_order.py",
        old="            func.coalesce(at_work.c.rows, 0),\n",
        new="",
        tests=(f"{LEASE}::TestClaiming::test_serves_another_user_before_a_users_many",),
    ),
)

EFFECTS = (
    Mutant(
        name="lines-counted-twice",
        promise="A line of progress that is read again has no second effect",
        file="app/services/jobs/progress.py",
        old="fresh = [line for line in reports if line.seq > job.progress_seq]",
        new="fresh = list(reports)",
        tests=(f"{REPORTS}::TestStoring::test_of_a_line_that_is_read_again_changes_nothing",),
    ),
    Mutant(
        name="output-kept-twice",
        promise="A line of output that is read again is kept once",
        file="app/services/jobs/progress.py",
        old="if output and output.begin == job.output_offset:",
        new="if output:",
        tests=("tests/workers/test_output.py::TestKeepingOutput::test_stores_each_line_once",),
    ),
    Mutant(
        name="point-keeps-old-attempt",
        promise="A later attempt overwrites the points of an earlier one",
        file="app/services/metrics/__init__.py",
        old="DO UPDATE SET attempt = excluded.attempt,",
        new="DO UPDATE SET attempt = metrics_points.attempt,",
        tests=(f"{REPORTS}::TestStoring::test_of_a_later_attempt_overwrites_a_point_and_tells_of_it_once",),
    ),
    Mutant(
        name="point-told-twice",
        promise="A step that is trained again appends no second metric event",
        file="app/services/metrics/__init__.py",
        old="for row in written if row.is_new}",
        new="for row in written}",
        tests=(f"{REPORTS}::TestStoring::test_of_a_later_attempt_overwrites_a_point_and_tells_of_it_once",),
    ),
    Mutant(
        name="checkpoint-forgives-nothing",
        promise="A newer checkpoint sets the failures back to none",
        file="app/services/jobs/progress.py",
        old="        job.failures = 0\n",
        new="",
        tests=(f"{REPORTS}::TestStoring::test_of_a_checkpoint_sets_the_failures_back",),
    ),
    Mutant(
        name="progress-of-anything",
        promise="A program's lines are believed only where they can be true",
        file="workers/training/progress_schema.py",
        old="facts = msgspec.convert(line.data, _SHAPES[line.type])",
        new="return\n    facts = msgspec.convert(line.data, _SHAPES[line.type])",
        tests=(f"{REPORTS}::TestCheck::test_refuses_what_cannot_be",),
    ),
    Mutant(
        name="checkpoint-from-anywhere",
        promise="A program names no checkpoint outside its folder",
        file="workers/training/progress_schema.py",
        old='Annotated[str, Meta(pattern=r"^checkpoints/step-[0-9]{1,10}$")]',
        new="str",
        tests=(f"{REPORTS}::TestCheck::test_refuses_what_cannot_be",),
    ),
    Mutant(
        name="checkpoint-unverified",
        promise="Training resumes from a checkpoint whose every byte is right",
        file="workers/training/checkpoints.py",
        old="if not await storage.fetch(MODELS, key, folder / name, sha256=sha256):",
        new="if await storage.fetch(MODELS, key, folder / name, sha256=sha256) is None:",
        tests=(f"{FETCHING}::test_falls_back_when_a_byte_was_flipped",),
    ),
    Mutant(
        name="notifications-not-unique",
        promise="One event makes one notification, whoever writes it",
        file="migrations/versions/0006_notifications.py",
        old='sa.UniqueConstraint("user_id", "event_key",',
        new='sa.UniqueConstraint("user_id", "event_key", "id",',
        tests=(f"{TRANSACTIONS}::TestNotifications::test_cannot_be_doubled_behind_the_services_back",),
    ),
    Mutant(
        name="notifications-unordered",
        promise="A stream that has seen a notification has seen all that are numbered before it",
        file="app/services/notifications.py",
        old="session.execute(select(func.pg_advisory_xact_lock(_ORDER_LOCK, user)))",
        new="del user",
        tests=(
            "tests/contract/test_notification_order.py::TestAnyOrder::test_lets_a_stream_that_reads_by_seq_miss_nothing",
        ),
    ),
    Mutant(
        name="event-key-without-attempt",
        promise="Each attempt at a dataset has a notification of its own",
        file="app/services/notifications.py",
        old='event_key=f"{type}:{dataset.id}:{dataset.attempt}"',
        new='event_key=f"{type}:{dataset.id}"',
        tests=(f"{TRANSACTIONS}::TestNotifications::test_are_one_for_each_attempt_at_a_dataset",),
    ),
    Mutant(
        name="message-of-webhook-not-unique",
        promise="One event makes one message for each webhook",
        file="migrations/versions/0012_around_the_job.py",
        old='            "webhook_id", "event_key", name=',
        new='            "webhook_id", "event_key", "id", name=',
        tests=(
            "tests/api/test_webhooks.py::TestAnnounce::test_writes_one_message_for_each_webhook_that_wants_the_type",
        ),
    ),
    Mutant(
        name="answer-before-commit",
        promise="No answer leaves before its transaction has committed",
        file="app/api/deps.py",
        old='Session = Annotated[OwnedSession, Depends(get_session, scope="function")]',
        new="Session = Annotated[OwnedSession, Depends(get_session)]",
        tests=(f"{TRANSACTIONS}::TestCommit::test_that_fails_is_a_failure_and_not_a_201",),
    ),
)

ENDS = (
    Mutant(
        name="completion-over-cancel",
        promise="Of cancel and completion the first one to commit wins",
        file="workers/training/__init__.py",
        old="(completion.cancel if job.cancel_requested_at else ending)",
        new="ending",
        tests=(f"{ENDINGS}::TestEnding::test_a_cancel_that_was_asked_for_first_wins",),
    ),
    Mutant(
        name="cancel-after-the-end",
        promise="A cancel after the end is refused with the final state",
        file="app/services/jobs/__init__.py",
        old="    if job.status in states.TERMINAL:\n        raise",
        new="    if job.status is None:\n        raise",
        tests=(f"{CANCEL}::test_comes_too_late_for_one_that_has_ended",),
    ),
    Mutant(
        name="cancel-without-row-lock",
        promise="A cancel happens once however often it is asked for",
        file="app/services/jobs/__init__.py",
        old="job = await get(session, job_id, lock=True)",
        new="job = await get(session, job_id)",
        tests=(f"{CANCEL}::test_happens_once_however_often_it_is_asked_for",),
    ),
    Mutant(
        name="cancel-keeps-the-lease",
        promise="A cancel shortens the lease, so that a dead worker's job ends soon",
        file="app/services/jobs/__init__.py",
        old="job.lease_until = min(job.lease_until, now + timedelta(seconds=_CANCEL_SECONDS))",
        new="pass",
        tests=(f"{CANCEL}::test_asks_the_worker_of_a_running_one",),
    ),
    Mutant(
        name="any-move",
        promise="The database takes no status that the last one does not lead to",
        file="migrations/versions/0008_status_moves.py",
        old="WHERE machine = TG_TABLE_NAME AND current = OLD.status AND target = NEW.status",
        new="WHERE machine = TG_TABLE_NAME",
        tests=("tests/house/test_migrations.py::TestStatusMoves::test_decide_what_the_database_accepts",),
    ),
    Mutant(
        name="sweep-without-look",
        promise="The reconciler ends a row only if its state still calls for it",
        file="app/maintenance/reconciler.py",
        old="where(model.id == id, rule.where)",
        new="where(model.id == id)",
        tests=(f"{RECONCILER}::TestOneRow::test_that_was_taken_since_it_was_listed_is_left_alone",),
    ),
    Mutant(
        name="sweep-of-held-rows",
        promise="The reconciler leaves alone what a worker holds",
        file="app/maintenance/reconciler.py",
        old="TrainingJob.cancel_requested_at.is_not(None),\n        is_unleased(TrainingJob),",
        new="TrainingJob.cancel_requested_at.is_not(None),",
        tests=(f"{RECONCILER}::TestLostWork::test_that_somebody_holds_is_left_alone",),
    ),
    Mutant(
        name="places-by-many",
        promise="One process at a time writes the queue positions",
        file="app/maintenance/queue_positions.py",
        old='if not await connection.scalar(text(f"SELECT pg_try_advisory_xact_lock({WRITER_LOCK})")):',
        new="if not WRITER_LOCK:",
        tests=(f"{POSITIONS}::TestQueuePositions::test_are_written_by_one_at_a_time",),
    ),
    Mutant(
        name="orphans-however-young",
        promise="An object that may still wait for its row is not removed",
        file="app/maintenance/unreferenced_objects.py",
        old="if stored_at <= limit:",
        new="if limit:",
        tests=(f"{UNREFERENCED}::test_removes_what_no_row_points_at_once_it_is_old",),
    ),
    Mutant(
        name="orphans-that-rows-know",
        promise="What a row points at stays in the store",
        file="app/maintenance/unreferenced_objects.py",
        old="set(entries) - referenced",
        new="set(entries)",
        tests=(f"{UNREFERENCED}::test_keeps_the_files_of_datasets_also_of_hidden_ones",),
    ),
)

ENGINE = (*CLAIMS, *EFFECTS, *ENDS)
