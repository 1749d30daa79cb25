"""Guards of who inside may do what: supervisors, the role across owners, scopes, secrets at rest."""

from tests.mutants.mutant import Mutant

CHILD = "tests/workers/test_child_process.py::TestStarting"
SECRECY = "tests/embedded/test_secrecy.py::TestSupervisors::test_cannot_be_read_by_their_programs"
KEYS = "tests/api/test_api_keys.py"
HOOKS = "tests/api/test_webhooks.py"
SECRETS = "tests/api/test_webhook_secrets.py"
SYSTEM = "tests/house/test_system_role.py::TestSystemRole"

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

LISTING = (
    Mutant(
        name="system-reads-all",
        promise="The role across owners loses what earlier releases gave it",
        file="migrations/roles.py",
        old='        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM lora_system",\n',
        new="",
        tests=(f"{SYSTEM}::test_loses_what_earlier_releases_gave_it",),
    ),
    Mutant(
        name="system-policies-stay",
        promise="No policy shows the role across owners a table that it does not list",
        file="migrations/roles.py",
        old='        *(f"DROP POLICY {table}_system ON {table}" for table in guarded - set(found)),\n',
        new="",
        tests=(f"{SYSTEM}::test_loses_what_earlier_releases_gave_it",),
    ),
    Mutant(
        name="system-reads-whole-tables",
        promise="The role across owners reads no secret, no text and no stored answer",
        file="migrations/roles.py",
        old="GRANT SELECT ({', '.join(columns)}) ON {table}",
        new="GRANT SELECT ON {table}",
        tests=(
            f"{SYSTEM}::test_reads_what_the_list_says_and_nothing_else",
            f"{SYSTEM}::test_is_refused_what_users_keep[hyperparameters FROM training_jobs]",
        ),
    ),
    Mutant(
        name="system-reads-too-much",
        promise="Each column that the role across owners may read is one that a statement needs",
        file="migrations/roles.py",
        old='"model_artifacts": ("id", ',
        new='"model_artifacts": ("id", "name", ',
        tests=(f"{SYSTEM}::test_needs_each_column_that_it_may_read",),
    ),
)

CALLERS = (
    Mutant(
        name="key-is-the-owner",
        promise="A key without the scope account cannot erase the account",
        file="app/api/account.py",
        old='"/me/erase", openapi_extra=ACCOUNT_SCOPE, ',
        new='"/me/erase", ',
        tests=(
            f"{KEYS}::TestCaller::test_is_not_the_owner_without_the_scope_account",
            f"{KEYS}::TestCaller::test_needs_for_each_operation_exactly_its_scope[write]",
        ),
    ),
    Mutant(
        name="webhook-outlives-key",
        promise="A revoked key's webhooks are disabled with it",
        file="app/services/account/api_keys.py",
        old="    await webhooks.disable_of_keys(session, revoked)\n",
        new="",
        tests=(f"{KEYS}::TestWebhookOfAKey::test_is_disabled_with_the_key_or_with_one_that_made_it",),
    ),
    Mutant(
        name="cut-secret-crashes",
        promise="A sealed secret that was altered is said to be so",
        file="app/adapters/sealing.py",
        old="except (InvalidTag, ValueError):",
        new="except InvalidTag:",
        tests=("tests/adapters/test_sealing.py::TestSealer::test_opens_nothing_that_was_cut",),
    ),
    Mutant(
        name="key-of-commas",
        promise="Production starts with a key for secrets only",
        file="app/settings.py",
        old='makes one)": self._secrets_keys,',
        new='makes one)": self.secrets_key,',
        tests=("tests/house/test_settings.py::TestSettings::test_miss_a_key_where_there_are_only_commas",),
    ),
    Mutant(
        name="secret-outlives-key",
        promise="A webhook goes with a key that learned its secret",
        file="app/services/webhooks/__init__.py",
        old="webhook.api_key_id = webhook.api_key_id or by",
        new="webhook.api_key_id = webhook.api_key_id",
        tests=(f"{KEYS}::TestWebhookOfAKey::test_goes_with_a_key_that_learned_its_secret",),
    ),
    Mutant(
        name="webhook-outlives-expiry",
        promise="A webhook sends nothing once the key that answers for it has expired",
        file="app/services/webhooks/deliveries.py",
        old="return key is not None and (key.expires_at is None or key.expires_at > utcnow())",
        new="return key is not None",
        tests=(f"{KEYS}::TestWebhookOfAKey::test_sends_nothing_once_the_key_has_expired",),
    ),
    Mutant(
        name="webhook-turned-by-key",
        promise="A key that points a webhook elsewhere answers for it",
        file="app/services/webhooks/__init__.py",
        old='if changes.get("enabled") or "url" in changes:',
        new='if changes.get("enabled"):',
        tests=(
            f"{KEYS}::TestWebhookOfAKey::test_belongs_to_who_sets_its_address_or_switches_it_on[change0]",
        ),
    ),
    Mutant(
        name="webhooks-of-one-address",
        promise="An address has one webhook of a user",
        file="app/services/webhooks/__init__.py",
        old="        if outbound.normalized(other.url) == address:\n",
        new="        if other.url == url:\n",
        tests=(f"{HOOKS}::TestOneAddress::test_has_one_webhook_however_it_is_spelled",),
    ),
)

SEALING = (
    Mutant(
        name="secret-for-any-row",
        promise="A sealed secret opens for its own row only",
        file="app/adapters/sealing.py",
        old="row_id.bytes",
        new='b""',
        times=2,
        tests=("tests/adapters/test_sealing.py::TestSealer::test_opens_it_for_no_other_row",),
    ),
    Mutant(
        name="secret-in-clear",
        promise="A copy of the database signs no message",
        file="app/services/webhooks/secrets.py",
        old="sealer.seal(secret, webhook.id), sealer.key_ids[0]\n    return",
        new="secret, sealer.key_ids[0]\n    return",
        tests=(f"{SECRETS}::TestSecret::test_is_nowhere_in_the_database",),
    ),
    Mutant(
        name="secret-stays-in-clear",
        promise="Secrets that an earlier release kept in clear are sealed",
        file="app/services/webhooks/secrets.py",
        old="        Webhook.secret_key_id.is_(None),\n",
        new="",
        tests=(f"{SECRETS}::TestRenewal::test_seals_what_an_earlier_release_kept_in_clear",),
    ),
    Mutant(
        name="secret-of-an-old-key",
        promise="Secrets move to the first key, so that the others can go",
        file="app/services/webhooks/secrets.py",
        old="Webhook.secret_key_id.in_(_sealer().key_ids[1:])",
        new="Webhook.secret_key_id.in_(())",
        tests=(f"{SECRETS}::TestRenewal::test_seals_with_the_first_key_what_another_one_sealed",),
    ),
    Mutant(
        name="old-secret-is-kept",
        promise="A secret that signs no more is forgotten",
        file="app/services/webhooks/secrets.py",
        old="        Webhook.previous_secret_until < func.clock_timestamp(),\n",
        new="",
        tests=(f"{SECRETS}::TestRenewal::test_forgets_the_previous_one_when_it_signs_no_more",),
    ),
)

DOCTOR = (
    Mutant(
        name="doctor-shows-passwords",
        promise="lora doctor shows no password of an address",
        file="app/cli/doctor/__init__.py",
        old="without_secrets(str(error))",
        new="str(error)",
        tests=(
            "tests/cli/test_doctor.py::TestServices::test_are_named_without_the_passwords_of_their_addresses",
        ),
    ),
)

POWER = (*PROGRAMS, *LISTING, *CALLERS, *SEALING, *DOCTOR)
