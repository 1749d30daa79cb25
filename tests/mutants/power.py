"""Guards of who inside may do what: supervisors, the role across owners, scopes, secrets at rest."""

from tests.mutants.mutant import Mutant

CHILD = "tests/workers/test_child_process.py::TestStarting"
SECRECY = "tests/embedded/test_secrecy.py::TestSupervisors::test_cannot_be_read_by_their_programs"

PROGRAMS = (
    Mutant(
        name="readable-command",
        promise="A program cannot read the process that started it",
        file="app/cli/main.py",
        old="    processes.hide()  #",
        new="    #",
        tests=(f"{SECRECY}[lora]",),
    ),
    Mutant(
        name="readable-arq-worker",
        promise="A program cannot read the process that started it, under arq's own command too",
        file="workers/main.py",
        old="    processes.hide()\n",
        new="",
        tests=(f"{SECRECY}[arq]",),
    ),
    Mutant(
        name="hub-token-for-all",
        promise="The token of gated models reaches their training only",
        file="workers/child_process.py",
        old="    if not hub_token:\n        environment.pop(_HUB_TOKEN, None)\n",
        new="",
        tests=(f"{CHILD}::test_opens_gated_models_only_to_who_asks",),
    ),
    Mutant(
        name="programs-online",
        promise="A program that checks a file has no network",
        file="app/adapters/processes.py",
        old="        if offline:\n            leave_network()\n",
        new="",
        tests=(f"{CHILD}::test_takes_the_network_from_it",),
    ),
)

POWER = (*PROGRAMS,)
