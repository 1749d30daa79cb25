"""Guards of leases: fences, extensions, heartbeats and drains."""

from tests.mutants.mutant import Mutant

LEASE = "tests/workers/test_lease.py"
HEART = "tests/workers/test_heartbeat.py"
DELIVERY = "tests/workers/test_delivery.py"
HOLDING = "tests/workers/test_dispatcher.py::TestHolding"
DRAINING = "tests/workers/test_dispatcher.py::TestDraining"

LEASES = (
    Mutant(
        name="fence-without-attempt",
        promise="A worker that was overtaken renews and writes nothing",
        file="workers/lease.py",
        old=".where(model.id == self.id, model.attempt == self.attempt, ",
        new=".where(model.id == self.id, ",
        tests=(
            f"{LEASE}::TestLosingTheLease::test_refuses_the_renewal",
            f"{LEASE}::TestLosingTheLease::test_refuses_the_write",
            f"{LEASE}::TestLosingTheLease::test_refuses_to_give_back_what_another_holds",
        ),
    ),
    Mutant(
        name="fence-without-status",
        promise="Nobody writes to a job that has ended",
        file="workers/lease.py",
        old="model.attempt == self.attempt, model.status.in_(model.worked_on))",
        new="model.attempt == self.attempt)",
        tests=(f"{LEASE}::TestLosingTheLease::test_ends_with_the_job",),
    ),
    Mutant(
        name="write-extends-nothing",
        promise="No takeover happens amid a fenced write or right after it: it extends the lease",
        file="workers/lease.py",
        old="            .values(lease_until=until)\n",
        new="            .values(lease_until=model.lease_until)\n",
        tests=(
            f"{LEASE}::TestHolding::test_is_extended_by_a_write",
            f"{LEASE}::TestHolding::test_renews_by_the_databases_clock",
        ),
    ),
    Mutant(
        name="write-confirms-nothing",
        promise="A late heartbeat while writes arrive is no loss",
        file="workers/lease.py",
        old="        self._confirm(asked, is_extended=is_wanted and row.lease_until is not None)\n",
        new="",
        tests=(f"{LEASE}::TestHolding::test_is_confirmed_by_a_write",),
    ),
    Mutant(
        name="write-confirms-before-it-commits",
        promise="A write that fails extends no lease",
        file="workers/lease.py",
        old="                self.locked_at = asked\n",
        new="                self.locked_at = self.confirmed = asked\n",
        tests=(f"{LEASE}::TestHolding::test_is_not_extended_by_a_write_that_fails",),
    ),
    Mutant(
        name="write-holds-nothing",
        promise="A renewal that waits behind a write is no loss",
        file="workers/lease.py",
        old="                self.locked_at = asked\n",
        new="",
        tests=(f"{LEASE}::TestHolding::test_is_safe_while_a_write_holds_the_row",),
    ),
    Mutant(
        name="cancelled-work-keeps-its-lease",
        promise="After a cancel no write extends a lease, and a renewal only until the work can stop",
        file="workers/lease.py",
        old="case((self.kind.unwanted_at.is_(None), _from_now(self.seconds)), else_=after_cancel)",
        new="_from_now(self.seconds)",
        tests=(
            f"{LEASE}::TestHolding::test_is_not_extended_by_a_write_after_a_cancel",
            f"{LEASE}::TestHolding::test_is_extended_until_the_work_can_stop_when_it_hears_of_a_cancel",
        ),
    ),
    Mutant(
        name="claims-what-it-holds",
        promise="A worker whose heartbeat is late takes nothing over from itself",
        file="workers/lease.py",
        old="        if id in held:\n            continue\n",
        new="",
        tests=(f"{HOLDING}::test_leaves_a_row_that_this_process_works_on_to_its_heartbeat",),
    ),
    Mutant(
        name="late-heartbeat",
        promise="A late heartbeat takes nothing back that was given back",
        file="workers/lease.py",
        old=".where(model.lease_until.is_not(None))",
        new="",
        tests=(
            f"{LEASE}::TestHolding::test_does_not_take_back_what_was_given_back",
            f"{LEASE}::TestHolding::test_is_over_once_it_was_given_back",
        ),
    ),
    Mutant(
        name="no-backoff",
        promise="Failures are followed by pauses that double",
        file="workers/lease.py",
        old="pause = 2**doublings",
        new="pause = 0 * doublings",
        tests=(f"{LEASE}::TestHolding::test_gives_back_with_a_pause_that_doubles",),
    ),
    Mutant(
        name="heartbeat-without-deadline",
        promise="A worker that cannot renew stops before others may claim",
        file="workers/heartbeat.py",
        old="if self._last_looks >= _LAST_LOOKS:",
        new="if False:",
        tests=(
            f"{HEART}::TestSilence::test_stops_before_others_may_claim",
            f"{HEART}::TestSilence::test_is_a_loss_however_renewals_fail",
        ),
    ),
    Mutant(
        name="heartbeat-ended-by-a-surprise",
        promise="No error of a renewal ends the heartbeat in silence",
        file="workers/heartbeat.py",
        old="except Exception as error:  # noqa: BLE001 - any other error would end the heartbeat in silence",
        new="except OSError as error:",
        tests=(f"{HEART}::TestSilence::test_is_a_loss_however_renewals_fail",),
    ),
    Mutant(
        name="heartbeat-judges-at-first-look",
        promise="A process that was not run for a while reads its answers before it judges",
        file="workers/heartbeat.py",
        old="_LAST_LOOKS = 100",
        new="_LAST_LOOKS = 1",
        tests=(f"{HEART}::TestLateness::test_of_the_whole_process_is_no_loss_while_the_row_is_ours",),
    ),
    Mutant(
        name="heartbeat-trusts-an-old-claim",
        promise="A claim that took long is renewed at once",
        file="workers/heartbeat.py",
        old="self._asked_at = lease.confirmed",
        new="self._asked_at = time.monotonic()",
        tests=(f"{HEART}::TestLateness::test_of_a_claim_is_made_up_for_at_once",),
    ),
    Mutant(
        name="heartbeat-deaf-to-cancel",
        promise="A running job hears of its cancel by the heartbeat",
        file="workers/heartbeat.py",
        old="                self._stop = Stop.CANCELLED\n",
        new="                pass\n",
        tests=(f"{HEART}::TestHearing::test_a_cancel",),
    ),
    Mutant(
        name="webhook-result-unfenced",
        promise="The result of a delivery that was overtaken is not kept",
        file="workers/delivery.py",
        old="lease.write() as (session, delivery):\n        await deliveries.record(",
        new="lease.database.owned_session(lease.user_id) as session:\n"
        "        delivery = await session.get_owned(lease.kind.model, lease.id)\n"
        "        await deliveries.record(",
        tests=(f"{DELIVERY}::TestLosingAWorker::test_keeps_the_result_of_one_that_was_overtaken_out",),
    ),
    Mutant(
        name="drain-counts-a-failure",
        promise="A drain counts no failure",
        file="workers/training/__init__.py",
        old="case Stop.DRAINING:\n                await lease.release()",
        new="case Stop.DRAINING:\n                await lease.retry_later(counted=True)",
        tests=(f"{DRAINING}::test_waits_for_a_claim_under_way_and_gives_the_row_back",),
    ),
    Mutant(
        name="drain-goes-on-claiming",
        promise="A worker that drains claims nothing more",
        file="workers/dispatcher.py",
        old="if self._draining.is_set() or not self._free[name]:",
        new="if not self._free[name]:",
        tests=(f"{DRAINING}::test_claims_nothing_afterwards",),
    ),
)
