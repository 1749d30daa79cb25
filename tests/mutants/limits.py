"""Guards of rates, time-outs and signatures."""

from tests.mutants.mutant import Mutant

RATES = "tests/api/test_rate_limits.py"
COUNTING = "tests/adapters/test_rate_limits.py"
BODIES = "tests/api/test_bodies.py"
READING = "tests/api/test_hot_reads.py"
DELIVERY = "tests/workers/test_delivery.py"

LIMITS = (
    Mutant(
        name="rate-without-end",
        promise="Nobody makes more requests than a minute has room for",
        file="app/adapters/rate_limits.py",
        old="if room < interval then return {0, room} end",
        new="",
        tests=(
            f"{COUNTING}::TestTake::test_grants_a_minutes_requests_at_once_and_then_no_more",
            f"{RATES}::TestUserLimit::test_refuses_what_is_too_much_in_the_one_envelope",
        ),
    ),
    Mutant(
        name="rate-without-redis-endless",
        promise="Without Redis limits hold too",
        file="app/adapters/rate_limits.py",
        old="        if room < interval:",
        new="        if room is None:",
        tests=(f"{COUNTING}::TestWithoutRedis::test_grants_twice_as_much_and_then_no_more",),
    ),
    Mutant(
        name="guesses-uncounted",
        promise="Guessing at tokens comes to an end",
        file="app/api/rate_limits.py",
        old="_apply(request, await limits.take(limits.address, _address(request.scope)))",
        new="pass",
        tests=(f"{RATES}::TestAddressLimit::test_counts_requests_without_a_valid_token",),
    ),
    Mutant(
        name="guess-judged-after-the-limit",
        promise="Who guesses on is not told that a guess was right",
        file="app/api/rate_limits.py",
        old="verdict = limits.still_refused(address, credentials)  # the guard counts",
        new="verdict = None",
        tests=(f"{RATES}::TestAddressLimit::test_tells_nobody_who_guesses_on_that_a_guess_was_right",),
    ),
    Mutant(
        name="body-that-drips",
        promise="A body that does not come in time is refused",
        file="app/api/middleware.py",
        old="async with asyncio.timeout_at(deadline):",
        new="async with asyncio.timeout_at(None):",
        tests=(f"{BODIES}::TestJson::test_must_come_in_time",),
    ),
    Mutant(
        name="busy-database-unforeseen",
        promise="A read that waited for a lock in vain is a 503",
        file="app/db/read_pool.py",
        old="except _BUSY as error:",
        new="except ZeroDivisionError as error:",
        tests=(f"{READING}::TestReadPool::test_says_when_it_waited_for_a_lock_in_vain",),
    ),
    Mutant(
        name="webhook-signed-by-anything",
        promise="A message is signed over its id, its time and its body",
        file="app/services/webhooks/deliveries.py",
        old='signed = f"{delivery.message_id}.{int(now.timestamp())}.{delivery.body}".encode()',
        new='signed = f"{delivery.message_id}.{delivery.body}".encode()',
        tests=(f"{DELIVERY}::TestDelivering::test_brings_what_happened_signed_by_the_public_scheme",),
    ),
    Mutant(
        name="webhook-old-secret-for-ever",
        promise="After a rotation the old secret signs for a day, and no longer",
        file="app/services/webhooks/secrets.py",
        old="webhook.previous_secret_until and utcnow() < webhook.previous_secret_until",
        new="webhook.previous_secret_until",
        tests=(f"{DELIVERY}::TestDelivering::test_signs_with_the_old_secret_too_for_a_day",),
    ),
)
