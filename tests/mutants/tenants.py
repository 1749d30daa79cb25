"""Guards of who may see what: row-level security, owners, tokens, keys, cursors, erasure."""

from tests.mutants.mutant import Mutant

OWNERSHIP = "tests/house/test_ownership.py"
POLICIES = f"{OWNERSHIP}::TestRowLevelSecurity"
TENANTS = "tests/house/test_tenants.py"
EVERY_OPERATION = f"{TENANTS}::TestEveryOperation"
AUTH = "tests/adapters/test_auth.py"
KEYS = "tests/api/test_api_keys.py"
STREAMS = "tests/api/test_streams.py"
LISTS = "tests/api/test_lists.py"
ERASURE = "tests/api/test_erasure.py"

ROWS = (
    Mutant(
        name="policy-shows-all",
        promise="The database shows a user no row of another",
        file="migrations/roles.py",
        old='"select": f"USING ({owner})",',
        new='"select": "USING (true)",',
        tests=(
            f"{POLICIES}::test_shows_rows_to_their_owner_only",
            f"{TENANTS}::TestGuards::test_are_up_and_down_as_this_matrix_says[row-level security alone]",
        ),
    ),
    Mutant(
        name="policy-takes-all",
        promise="The database takes no row for another user",
        file="migrations/roles.py",
        old='"insert": f"WITH CHECK ({owner})",',
        new='"insert": "WITH CHECK (true)",',
        tests=(f"{POLICIES}::test_takes_no_row_for_another",),
    ),
    Mutant(
        name="policy-changes-all",
        promise="The database changes no row of another, not even by a statement that looks at none",
        file="migrations/roles.py",
        old='"update": f"USING ({owner}) WITH CHECK ({owner})",',
        new='"update": "USING (true) WITH CHECK (true)",',
        tests=(
            f"{POLICIES}::test_has_policies_for_the_owner_and_a_reading_one_for_the_system_where_it_lists",
            f"{POLICIES}::test_changes_no_row_of_another_unseen",
        ),
    ),
    Mutant(
        name="owner-of-tables-sees-all",
        promise="Row-level security binds the owner of the tables too",
        file="migrations/roles.py",
        old="{table} FORCE ROW LEVEL SECURITY",
        new="{table} NO FORCE ROW LEVEL SECURITY",
        tests=(f"{POLICIES}::test_is_enabled_and_forced_on_every_table_with_an_owner",),
    ),
    Mutant(
        name="policy-without-nullif",
        promise="A connection that served a user shows nothing afterwards, and works",
        file="migrations/roles.py",
        old="nullif(current_setting('app.user_id', true), '')",
        new="current_setting('app.user_id', true)",
        tests=(f"{POLICIES}::test_forgets_the_owner_with_the_transaction",),
    ),
    Mutant(
        name="scope-outlives-transaction",
        promise="A connection forgets its user with the transaction",
        file="app/db/session.py",
        old="set_config('app.user_id', :user_id, true)",
        new="set_config('app.user_id', :user_id, false)",
        tests=(f"{POLICIES}::test_is_left_by_a_session_with_its_transaction",),
    ),
    Mutant(
        name="queries-without-owner",
        promise="The service alone shows a user no row of another",
        file="app/db/session.py",
        old="query = select(model).where(model.user_id == self.user_id)",
        new="query = select(model)",
        tests=(
            f"{EVERY_OPERATION}::test_answers_another_user_as_if_the_row_did_not_exist[the service alone]",
            f"{TENANTS}::TestIdempotencyKeys::test_belong_to_one_user[the service alone]",
        ),
    ),
    Mutant(
        name="hot-reads-without-owner",
        promise="The short way of hot reads shows a user no row of another, even without the database's help",
        file="app/db/json_select.py",
        old='= model.user_id == bindparam("owner", type_=TrainingJob.user_id.type)',
        new='= bindparam("owner", type_=TrainingJob.user_id.type).is_not(None)',
        tests=(
            f"{EVERY_OPERATION}::test_answers_another_user_as_if_the_row_did_not_exist[the service alone]",
        ),
    ),
    Mutant(
        name="deleted-rows-in-json",
        promise="Rows that were deleted are not in the JSON that the database writes",
        file="app/db/json_select.py",
        old="if issubclass(model, SoftDeleted) and not with_deleted",
        new="if with_deleted",
        tests=("tests/api/test_datasets.py::TestDeleteDataset::test_hides_it_for_good",),
    ),
    Mutant(
        name="deleted-rows-show",
        promise="What was deleted is not found any more",
        file="app/db/session.py",
        old="query.where(model.deleted_at.is_(None)) if hides else query",
        new="query",
        tests=("tests/api/test_datasets.py::TestDeleteDataset::test_hides_it_for_good",),
    ),
    Mutant(
        name="system-may-write",
        promise="The view across owners writes nothing",
        file="app/db/system.py",
        old="set_config('transaction_read_only', 'on', true), ",
        new="",
        tests=(f"{OWNERSHIP}::TestSystemSession::test_writes_nothing",),
    ),
    Mutant(
        name="role-that-bypasses",
        promise="The service does not start as a role that row-level security does not bind",
        file="app/services/health.py",
        old="relname = 'training_jobs' AND relowner = pg_roles.oid",
        new="relname = 'training_jobs' AND relowner IS NULL",
        tests=("tests/api/test_health.py::TestLoginRole::test_may_not_be_the_owner",),
    ),
)

CALLERS = (
    Mutant(
        name="token-of-any-algorithm",
        promise="A token is signed by the configured algorithm",
        file="app/adapters/auth.py",
        old='return secret.get_secret_value() if secret else None, ["HS256"]',
        new='return secret.get_secret_value() if secret else None, ["HS256", "HS384", "HS512"]',
        tests=(f"{AUTH}::TestSharedSecret::test_refuses_tokens",),
    ),
    Mutant(
        name="token-of-any-published-algorithm",
        promise="Published keys verify the algorithms that are named and no others",
        file="app/adapters/auth.py",
        old='_ASYMMETRIC = ["RS256", "ES256", "EdDSA"]',
        new='_ASYMMETRIC = ["RS256", "RS512", "PS256", "ES256", "EdDSA"]',
        tests=(f"{AUTH}::TestPublishedKeys::test_refuse_other_tokens",),
    ),
    Mutant(
        name="token-without-end",
        promise="A token names its end and its subject",
        file="app/adapters/auth.py",
        old='"require": ["exp", "sub"]',
        new='"require": []',
        tests=(f"{AUTH}::TestSharedSecret::test_refuses_claims",),
    ),
    Mutant(
        name="token-after-its-end",
        promise="A token counts until its end and no longer",
        file="app/adapters/auth.py",
        old='options={"require"',
        new='options={"verify_exp": False, "require"',
        tests=(f"{AUTH}::TestSharedSecret::test_says_when_a_token_is_only_too_old",),
    ),
    Mutant(
        name="token-of-another-issuer",
        promise="A token comes from the configured issuer",
        file="app/adapters/auth.py",
        old="                issuer=self._settings.jwt_issuer,\n",
        new="",
        tests=(f"{AUTH}::TestIssuerAndAudience::test_are_checked_when_they_are_configured",),
    ),
    Mutant(
        name="token-for-another-audience",
        promise="A token is meant for the configured audience",
        file="app/adapters/auth.py",
        old='"verify_aud": self._settings.jwt_audience is not None',
        new='"verify_aud": False',
        tests=(f"{AUTH}::TestIssuerAndAudience::test_are_checked_when_they_are_configured",),
    ),
    Mutant(
        name="keys-fetched-at-will",
        promise="Unknown key ids make the service fetch keys no more than once a minute",
        file="app/adapters/auth.py",
        old="if time.monotonic() - self._fetched_at < _JWKS_PAUSE_SECONDS:",
        new="if self._fetched_at is None:",
        tests=(f"{AUTH}::TestPublishedKeys::test_are_not_fetched_again_for_every_unknown_id",),
    ),
    Mutant(
        name="stream-token-for-many-uses",
        promise="A stream token opens one stream",
        file="app/adapters/stream_tokens.py",
        old="redis.getdel(",
        new="redis.get(",
        tests=(f"{STREAMS}::TestStreamToken::test_opens_one_stream",),
    ),
    Mutant(
        name="stream-token-for-anything",
        promise="A stream token is good for streams only",
        file="app/api/auth.py",
        old="if token is None or not wants_stream(request):",
        new="if token is None:",
        tests=(f"{STREAMS}::TestStreamToken::test_is_for_streams_only",),
    ),
    Mutant(
        name="key-of-any-scope",
        promise="An API key does what its scopes say and no more",
        file="app/api/auth.py",
        old="if self._scope not in caller.scopes:",
        new="if self._scope is None:",
        tests=(
            f"{KEYS}::TestCaller::test_needs_for_each_operation_exactly_its_scope[read]",
            f"{KEYS}::TestCaller::test_with_scope_write_alone_sees_nothing",
        ),
    ),
    Mutant(
        name="key-after-its-end",
        promise="An API key counts until it expires",
        file="app/services/account/api_keys.py",
        old="if key.expires_at and key.expires_at <= now:",
        new="if key.expires_at is now:",
        tests=(f"{KEYS}::TestCaller::test_is_shut_out_when_the_key_expires",),
    ),
    Mutant(
        name="key-after-revocation",
        promise="A revoked API key is useless at once",
        file="app/services/account/api_keys.py",
        old="shown.where(ApiKey.key_hash == digest, ApiKey.deleted_at.is_(None))",
        new="shown.where(ApiKey.key_hash == digest)",
        tests=(f"{KEYS}::TestCaller::test_is_shut_out_as_soon_as_the_key_is_revoked",),
    ),
    Mutant(
        name="key-policy-shows-all",
        promise="Who shows a key sees the row of that key and no other",
        file="migrations/versions/0012_around_the_job.py",
        old="USING (key_hash = (SELECT current_setting('app.key_hash', true)))",
        new="USING (true)",
        tests=(f"{KEYS}::TestKeyConnection::test_sees_the_one_key_and_nothing_else",),
    ),
    Mutant(
        name="cursor-unsigned",
        promise="A cursor that was changed is refused",
        file="app/services/paging.py",
        old="if not hmac.compare_digest(signature, _signature(key, scope, payload)):",
        new="if not signature:",
        tests=(f"{LISTS}::TestEveryList::test_takes_no_cursor_that_was_changed",),
    ),
    Mutant(
        name="cursor-for-everybody",
        promise="A cursor belongs to its user and its filters",
        file="app/services/paging.py",
        old='scope + b"|" + payload',
        new='b"|" + payload',
        tests=(
            f"{LISTS}::TestEveryList::test_takes_no_cursor_of_another_list_or_user",
            f"{LISTS}::TestCursors::test_belong_to_their_filters",
        ),
    ),
    Mutant(
        name="erase-amid-work",
        promise="Nobody is erased while a worker may write for them",
        file="app/services/account/__init__.py",
        old="if await session.scalar(jobs.limit(1)) or await session.scalar(checks.limit(1)):",
        new="if await session.scalar(jobs.limit(1)) is checks:",
        tests=(
            f"{ERASURE}::TestErase::test_waits_for_active_jobs",
            f"{ERASURE}::TestErase::test_waits_for_checks",
        ),
    ),
    Mutant(
        name="erase-policy-lax",
        promise="The database deletes kept rows only where all of a user's go",
        file="migrations/roles.py",
        old="({owner} AND {erasing})",
        new="({owner})",
        tests=(f"{ERASURE}::TestPolicies::test_let_nobody_delete_who_does_not_say_that_all_goes",),
    ),
    Mutant(
        name="erase-policy-of-others",
        promise="Nobody erases another",
        file="migrations/roles.py",
        old="({owner} AND {erasing})",
        new="({erasing})",
        tests=(f"{ERASURE}::TestPolicies::test_let_nobody_erase_another",),
    ),
)

TENANCY = (*ROWS, *CALLERS)
