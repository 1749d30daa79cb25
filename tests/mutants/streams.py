"""Guards of streams: complete lists and streams, the ends of streams, and what one caller may keep open."""

from tests.mutants.mutant import Mutant

ENDS = "tests/api/test_stream_ends.py"
ORDER = "tests/api/test_event_order.py"
HUB = "tests/services/test_event_hub.py"
STREAMS = "tests/api/test_streams.py"
MIGRATIONS = "tests/house/test_migrations.py"

STREAMING = (
    Mutant(
        name="stream-token-outlives-its-key",
        promise="A stream that was opened with a key's token ends with the key",
        file="app/api/auth.py",
        old="if caller.key_id and await api_keys.is_revoked(",
        new="if False and await api_keys.is_revoked(",
        tests=(
            f"{ENDS}::TestStreamOfAToken::test_ends_with_it",
            f"{ENDS}::TestStreamOfAToken::test_opens_no_more_without_it",
        ),
    ),
    Mutant(
        name="stream-token-outlives-its-expiry",
        promise="A stream ends when the token or key that opened it expires",
        file="app/api/auth.py",
        old="if caller.expires_at <= time.time():",
        new="if False:",
        tests=(
            f"{ENDS}::TestStreamOfAToken::test_ends_with_it",
            f"{ENDS}::TestStreamOfAToken::test_opens_no_more_without_it",
        ),
    ),
    Mutant(
        name="stream-token-issued-without-its-key",
        promise="A stream token says what it was issued to",
        file="app/api/streams.py",
        old="stream_tokens.Holder(user_id, caller.key_id, caller.expires_at)",
        new='stream_tokens.Holder(user_id, None, float("inf"))',
        tests=(f"{ENDS}::TestStreamOfAToken::test_ends_with_it",),
    ),
    Mutant(
        name="stream-checked-never-again",
        promise="An open stream is checked again and again",
        file="app/api/sse.py",
        old="parts = (self._send_all(send), left(receive), self._check())",
        new="parts = (self._send_all(send), left(receive))",
        tests=(
            f"{ENDS}::TestStreamOfAToken::test_ends_with_it",
            "tests/api/test_api_keys.py::TestStream::test_ends_with_the_key_that_opened_it",
        ),
    ),
    Mutant(
        name="streams-without-number",
        promise="One user keeps so many streams of a process open and no more",
        file="app/api/deps.py",
        old="with stream_slots.taken(user_id) if is_wanted else contextlib.nullcontext():",
        new="with contextlib.nullcontext():",
        tests=(f"{ENDS}::TestSlot::test_is_wanted_for_every_stream_and_by_no_list",),
    ),
    Mutant(
        name="stream-slot-given-back-at-once",
        promise="A stream holds its slot until it ends",
        file="app/api/deps.py",
        old='Depends(get_stream, scope="request")',
        new='Depends(get_stream, scope="function")',
        tests=(f"{ENDS}::TestSlot::test_is_wanted_for_every_stream_and_by_no_list",),
    ),
    Mutant(
        name="stream-behind-the-end-stays-open",
        promise="Behind the end of a job no stream is opened",
        file="app/api/streams.py",
        old="if has_ended and after_seq >= last:",
        new="if False:",
        tests=(f"{ENDS}::TestStreamOfAnEndedJob::test_is_empty_behind_its_end",),
    ),
    Mutant(
        name="events-listed-before-open-transactions",
        promise="Who follows the list of events misses none that was committed late",
        file="app/services/events/order.py",
        old="JobEvent.position < _horizon, ",
        new="",
        tests=(
            f"{ORDER}::TestList::test_has_an_event_whose_transaction_commits_late",
            f"{ORDER}::TestList::test_shows_each_event_once_in_any_order_of_commits",
        ),
    ),
    Mutant(
        name="events-of-a-job-out-of-order",
        promise="The list shows the events of each job in their order",
        file="app/services/events/__init__.py",
        old="return func.greatest(own, earlier.order_by(JobEvent.seq.desc()).limit(1).scalar_subquery())",
        new="return own",
        tests=(f"{ORDER}::TestList::test_keeps_the_order_of_a_job_whose_lock_was_waited_for",),
    ),
    Mutant(
        name="stream-resumes-behind-open-transactions",
        promise="A stream of all jobs that resumes misses no event that was committed late",
        file="app/services/events/subscriptions.py",
        old="event._replace(place=place) if self.source is None else event",
        new="event",
        tests=(
            f"{ORDER}::TestStream::test_resumes_without_losing_what_was_committed_late",
            f"{HUB}::TestSubscription::test_to_all_jobs_resumes_where_nothing_is_missing",
        ),
    ),
    Mutant(
        name="stream-repeats-what-it-has-seen",
        promise="A stream of all jobs has each event once in a connection",
        file="app/services/events/subscriptions.py",
        old=" and event.place.position >= self.position:",
        new=":",
        tests=(f"{HUB}::TestSubscription::test_to_all_jobs_resumes_where_nothing_is_missing",),
    ),
    Mutant(
        name="one-past-read-without-a-pause",
        promise="The past of one user does not delay the events of others",
        file="app/services/events/hub.py",
        old="if pages == _PAGES_A_ROUND:",
        new="if False:",
        tests=(f"{HUB}::TestEventHub::test_serves_others_before_it_has_read_all_of_one_users_past",),
    ),
    Mutant(
        name="sources-beyond-a-round-forgotten",
        promise="All that one user watches is served, in as many rounds as it takes",
        file="app/services/events/hub.py",
        old="for left in sources[number:]:",
        new="for left in ():",
        tests=(f"{HUB}::TestEventHub::test_serves_all_that_one_user_watches_in_as_many_rounds_as_it_takes",),
    ),
    Mutant(
        name="events-read-for-the-dropped",
        promise="Nothing is read for a client that was dropped",
        file="app/services/events/subscriptions.py",
        old="return not self.is_dropped and self.source",
        new="return self.source",
        tests=(f"{HUB}::TestEventHub::test_reads_nothing_for_those_who_were_dropped",),
    ),
    Mutant(
        name="restored-database-without-an-epoch",
        promise="In a restored database, which counts transactions anew, events come after those from before",
        file="migrations/env.py",
        old="    keep_epoch(connection)\n",
        new="",
        tests=(f"{MIGRATIONS}::TestEpochs::test_begin_where_the_database_was_restored",),
    ),
)
