"""Guards of the documented deployment, and of the doctor that looks at one."""

from tests.mutants.mutant import Mutant

HOUSE = "tests/house/test_deployment.py"
STARTED = "tests/deployment/test_started.py::TestStarted"
DOCTOR = "tests/cli/test_doctor.py::TestStore"
COMPOSE = "docs/deployment/compose.yaml"
CADDYFILE = "docs/deployment/Caddyfile"
PAGE = "docs/deployment/README.md"

DEPLOYMENT = (
    Mutant(
        name="secrets-made-anew",
        promise="The command that makes secrets replaces none that the volumes were made with",
        file=PAGE,
        old="(umask 077; set -C; sed",
        new="(umask 077; sed",
        tests=(f"{HOUSE}::TestEnvExample::test_never_replaces_what_is_there",),
    ),
    Mutant(
        name="upgrade-adds-all",
        promise="The command for upgrades adds to .env what is not in it, and nothing else",
        file=PAGE,
        old="/^[A-Z]/ && !($1 in kept)",
        new="/^[A-Z]/",
        tests=(f"{HOUSE}::TestEnvExample::test_gains_what_is_new_by_the_command_for_upgrades",),
    ),
    Mutant(
        name="store-key-unquoted",
        promise="The documented store starts, and takes signed requests only",
        file=COMPOSE,
        old="""'"${S3_ACCESS_KEY_ID:?},${S3_SECRET_ACCESS_KEY:?}"'""",
        new="""'${S3_ACCESS_KEY_ID:?},${S3_SECRET_ACCESS_KEY:?}'""",
        tests=(f"{HOUSE}::TestStore::test_starts_as_compose_says_and_takes_signed_requests_only",),
    ),
    Mutant(
        name="store-open",
        promise="The documented store starts, and takes signed requests only",
        file=COMPOSE,
        old="      RCLONE_AUTH_KEY:",
        new="      RCLONE_NO_AUTH_KEY:",
        tests=(f"{HOUSE}::TestStore::test_starts_as_compose_says_and_takes_signed_requests_only",),
    ),
    Mutant(
        name="proxy-lets-all-through",
        promise="Only the API and presigned objects are reached from outside",
        file=CADDYFILE,
        old="	@api path /api/* /openapi.json",
        new="	@api path *",
        tests=(f"{STARTED}::test_lets_only_objects_and_the_api_through",),
    ),
    Mutant(
        name="proxy-lists-buckets",
        promise="Only the API and presigned objects are reached from outside",
        file=CADDYFILE,
        old="		path_regexp ^/lora-(datasets|models)/.",
        new="		path_regexp ^/lora-(datasets|models)",
        tests=(f"{STARTED}::test_lets_only_objects_and_the_api_through",),
    ),
    Mutant(
        name="container-keeps-capabilities",
        promise="No container has a capability or can write where it need not",
        file=COMPOSE,
        old="  cap_drop: [ALL]\n",
        new="",
        tests=(f"{HOUSE}::TestCompose::test_confines_every_service",),
    ),
    Mutant(
        name="redis-without-password",
        promise="Nobody without its password talks to Redis",
        file=COMPOSE,
        old=""", "--requirepass", "${REDIS_PASSWORD:?}"]""",
        new="]",
        tests=(f"{HOUSE}::TestCompose::test_gives_redis_a_password",),
    ),
    Mutant(
        name="store-published",
        promise="Only the proxy is published",
        file=COMPOSE,
        old="""    networks: [inside, objects]
""",
        new="""    networks: [inside, objects]
    ports: ["9000:9000"]
""",
        tests=(f"{HOUSE}::TestCompose::test_publishes_the_proxy_alone_and_on_loopback_unless_asked",),
    ),
    Mutant(
        name="build-fetches",
        promise="Nothing but torch comes into the image without its hash",
        file="Dockerfile",
        old="pip wheel --no-index --no-deps --no-build-isolation",
        new="pip wheel --no-deps",
        tests=(f"{HOUSE}::TestImage::test_installs_nothing_without_a_hash_but_torch",),
    ),
    Mutant(
        name="doctor-trusts-an-open-store",
        promise="The doctor finds a store that anyone may read",
        file="app/cli/doctor/store.py",
        old="                if not answer.is_error:",
        new="                if answer.is_server_error:",
        tests=(f"{DOCTOR}::test_tells_that_anyone_may_read",),
    ),
    Mutant(
        name="doctor-trusts-a-signature",
        promise="The doctor finds a store that refuses signed requests",
        file="app/cli/doctor/store.py",
        old="        if stored.is_error:",
        new="        if stored.is_server_error:",
        tests=(f"{DOCTOR}::test_tells_that_signed_requests_are_refused",),
    ),
    Mutant(
        name="doctor-trusts-the-proxy",
        promise="The doctor finds a public address that is not the store's",
        file="app/cli/doctor/store.py",
        old="        served = answer.is_success and answer.content == _PROBE",
        new="        served = True",
        tests=(f"{DOCTOR}::test_tells_that_the_public_address_is_another_service",),
    ),
    Mutant(
        name="none-as-json-null",
        promise="A dataset is ready where no base model is at hand",
        file="app/models/base.py",
        old="JSONB(none_as_null=True)",
        new="JSONB()",
        tests=(
            "tests/api/test_fits.py::TestValidation::test_ends_well_where_the_default_model_is_not_at_hand",
        ),
    ),
    Mutant(
        name="pickled-weights-told",
        promise="The lines that load an adapter read no pickled weights",
        file="app/cli/loading.py",
        old="({source}, use_safetensors=True)",
        new="({source})",
        tests=("tests/house/test_weights.py::TestWeights::test_are_never_a_pickle",),
    ),
)
