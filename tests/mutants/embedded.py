"""Guards of the embedded services: what root trusts, which process answers, which one is ended."""

from tests.mutants.mutant import Mutant

SHELTER = "tests/embedded/test_shelter.py"
FAILURES = "tests/embedded/test_failures.py"
LEFTOVERS = "tests/cli/test_doctor.py::TestLeftovers"

EMBEDDED = (
    Mutant(
        name="copy-of-others-trusted",
        promise="Root runs only binaries that no other user could have written",
        file="app/embedded/shelter.py",
        old="if not _is_trusted(base) or copy_name(copy) != base.name:",
        new="if copy_name(copy) != base.name:",
        tests=(f"{SHELTER}::TestCopying::test_is_done_again_where_the_copy_cannot_be_trusted",),
    ),
    Mutant(
        name="copy-cut-short-trusted",
        promise="A copy of the binaries is whole or made again",
        file="app/embedded/shelter.py",
        old="if not _is_trusted(base) or copy_name(copy) != base.name:",
        new="if not _is_trusted(base):",
        tests=(f"{SHELTER}::TestCopying::test_is_done_again_where_the_copy_cannot_be_trusted",),
    ),
    Mutant(
        name="shelter-of-others-used",
        promise="Root uses no folder that another user prepared",
        file="app/embedded/shelter.py",
        old="if not stat.S_ISDIR(about.st_mode) or about.st_uid != 0 or about.st_mode & 0o022:",
        new="if not stat.S_ISDIR(about.st_mode):",
        tests=(f"{SHELTER}::TestTheFolder::test_of_others_is_refused",),
    ),
    Mutant(
        name="cluster-of-another-folder-used",
        promise="A data folder that was made again gets a new cluster",
        file="app/embedded/shelter.py",
        old="if cluster.exists() and not is_ours:",
        new="if False:",
        tests=(f"{SHELTER}::TestClaiming::test_sets_one_aside_whose_data_folder_was_made_again",),
    ),
    Mutant(
        name="port-lost-for-good",
        promise="A port that is taken at the start is replaced by another",
        file="app/embedded/server.py",
        old="        except PortTaken:\n            port = ports.port(server.name)\n",
        new="        except PortTaken:\n",
        tests=(f"{FAILURES}::TestServing::test_tries_another_port_once",),
    ),
    Mutant(
        name="other-server-answers",
        promise="A server has started when it answers itself, not another one at its port",
        file="app/embedded/postgres.py",
        old="return lines[_PID_LINE] == str(child.pid) and",
        new="return",
        tests=(f"{FAILURES}::TestServing::test_asks_postgresql_whether_it_takes_queries",),
    ),
    Mutant(
        name="innocent-process-ended",
        promise="A process that has the pid of a leftover by chance is spared",
        file="app/embedded/server.py",
        old="if abs(leftover.create_time() - pid_file.stat().st_mtime) < _SAME_START_SECONDS:",
        new="if leftover.create_time() <= pid_file.stat().st_mtime + 1:",
        tests=(f"{FAILURES}::TestPidFiles::test_spare_a_process_that_started_at_another_time",),
    ),
    Mutant(
        name="running-cluster-removed",
        promise="`lora doctor --clean` removes nothing that a process uses",
        file="app/cli/doctor/leftovers.py",
        old="if reason and not any(used.is_relative_to(path) for used in in_use)",
        new="if reason",
        tests=(f"{LEFTOVERS}::test_are_never_in_use",),
    ),
    Mutant(
        name="cluster-removed-while-claimed",
        promise="`lora doctor --clean` looks and removes while no stack can claim anything",
        file="app/cli/doctor/leftovers.py",
        old="with shelter.locked() if shelter.FOLDER.exists() else contextlib.nullcontext():",
        new="with contextlib.nullcontext():",
        tests=(f"{LEFTOVERS}::test_are_judged_while_no_stack_can_claim_them",),
    ),
    Mutant(
        name="cluster-of-absent-disk-removed",
        promise="`lora doctor --clean` keeps clusters whose data folder is on a disk that is away",
        file="app/cli/doctor/leftovers.py",
        old='not Path(record["mount"]).is_mount() or ',
        new="",
        tests=(f"{LEFTOVERS}::test_are_not_of_a_disk_that_is_away",),
    ),
)
