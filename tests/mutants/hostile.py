"""Guards against hostile input: bodies, texts, files, logs, terminals, addresses."""

from tests.mutants.mutant import Mutant

BODIES = "tests/api/test_bodies.py"
FAILURES = "tests/api/test_failures.py"
JSON_CASES = "tests/domain/hostile/test_json_cases.py"
STRICT_JSON = "tests/domain/test_strict_json.py"
OUTBOUND = "tests/adapters/test_outbound.py"
PROGRAM = "tests/workers/test_child_process.py"

REQUESTS = (
    Mutant(
        name="body-announced-too-large",
        promise="A body that is announced too large is refused before it is read",
        file="app/api/middleware.py",
        old="announced.isdecimal() and (is_long or int(announced) > self._max_bytes)",
        new="False and int(announced) > self._max_bytes",
        tests=(f"{FAILURES}::TestBodySize::test_is_judged_by_what_is_announced_before_it_comes",),
    ),
    Mutant(
        name="body-too-large",
        promise="A body that grows too large is refused while it is read",
        file="app/api/middleware.py",
        old="if received > self._max_bytes:",
        new="if received < 0:",
        tests=(
            f"{FAILURES}::TestBodySize::test_is_limited_when_it_comes_in_chunks",
            f"{FAILURES}::TestBodySize::test_stops_reading_at_the_limit",
        ),
    ),
    Mutant(
        name="body-of-any-type",
        promise="A body is JSON and says so",
        file="app/api/auth.py",
        old='if has_body and media_type != "application/json":',
        new="if has_body and media_type is None:",
        tests=(f"{FAILURES}::TestContentType::test_must_be_json",),
    ),
    Mutant(
        name="body-before-caller",
        promise="The caller is judged before the body",
        file="app/api/auth.py",
        old="            caller = await self.authenticate(request)\n",
        new="            _check_body(request)\n            caller = await self.authenticate(request)\n",
        tests=(
            f"{FAILURES}::TestOrderOfJudgement::test_asks_who_it_is_before_it_reads_the_body",
            "tests/house/test_ownership.py::TestRoutes::test_turn_strangers_away_before_anything_else",
        ),
    ),
    Mutant(
        name="text-with-nul",
        promise="No NUL reaches the database",
        file="app/schemas/base.py",
        old='if "\\0" in value:',
        new="if not isinstance(value, str):",
        tests=(f"{BODIES}::TestText::test_that_cannot_be_stored_is_refused",),
    ),
    Mutant(
        name="text-with-lone-surrogate",
        promise="No half of a character reaches the database",
        file="app/schemas/base.py",
        old="        value.encode()\n",
        new='        value.encode(errors="surrogatepass")\n',
        tests=(f"{BODIES}::TestText::test_that_cannot_be_stored_is_refused",),
    ),
    Mutant(
        name="unknown-field",
        promise="A field that nobody knows is refused by name",
        file="app/schemas/base.py",
        old='model_config = ConfigDict(extra="forbid")',
        new='model_config = ConfigDict(extra="ignore")',
        tests=(f"{BODIES}::TestFields::test_that_are_unknown_are_named",),
    ),
    Mutant(
        name="request-id-of-anything",
        promise="A request id that could forge a log line is not echoed",
        file="app/log.py",
        old="return value if value and _SANE_TOKEN.fullmatch(value) else None",
        new="return value",
        tests=(f"{FAILURES}::TestRequestId::test_is_made_when_the_callers_is_not_sane",),
    ),
)

FILES = (
    Mutant(
        name="repeated-name",
        promise="A name that comes twice in a record is found",
        file="app/domain/strict_json.py",
        old='return source.count(b":") == written.count(b":") and not _ESCAPED_COLON.search(source)',
        new="return True",
        tests=(f"{JSON_CASES}::TestRepeatedName::test_of_any_field_of_a_record_is_found",),
    ),
    Mutant(
        name="number-in-file-that-is-none",
        promise="A number in a file that is none is found",
        file="app/domain/strict_json.py",
        old="elif isinstance(value, float) and not isfinite(value):",
        new="elif isinstance(value, float) and value is None:",
        tests=(f"{JSON_CASES}::TestValue::test_in_a_field_that_nobody_reads_is_judged_as_json",),
    ),
    Mutant(
        name="lone-surrogate-in-file",
        promise="Half a character in a file is found",
        file="app/domain/strict_json.py",
        old="if _LONE_SURROGATE.search(text):",
        new="if text is None:",
        tests=(f"{JSON_CASES}::TestValue::test_in_a_field_that_nobody_reads_is_judged_as_json",),
    ),
    Mutant(
        name="nul-in-file",
        promise="A NUL that is written as an escape is found",
        file="app/domain/strict_json.py",
        old='(is_plain or b"\\\\u0000" not in source) and ',
        new="",
        tests=(f"{JSON_CASES}::TestValue::test_in_a_field_that_nobody_reads_is_judged_as_json",),
    ),
    Mutant(
        name="depth-without-end",
        promise="Values that are nested too deep are refused",
        file="app/domain/strict_json.py",
        old="isinstance(value, dict | list) and len(path) == MAX_DEPTH:",
        new="isinstance(value, dict | list) and path is None:",
        tests=(f"{JSON_CASES}::TestDepth::test_of_a_hundred_is_the_most",),
    ),
    Mutant(
        name="nul-in-sample",
        promise="What is shown of a file can be stored and sent",
        file="app/domain/validator/record_rules.py",
        old='return text.replace("\\0", "\\ufffd").encode(errors="replace").decode()',
        new="return text",
        tests=("tests/domain/test_validator.py::TestSample::test_stays_small_and_clean",),
    ),
    Mutant(
        name="nan-in-quality",
        promise="A loss that is no number is cleaned out of what is shown of a model",
        file="app/domain/quality.py",
        old="return loss if loss is not None and isfinite(loss) else None",
        new="return loss",
        tests=("tests/domain/test_quality.py::TestAssess::test_says_nothing_that_json_cannot",),
    ),
    Mutant(
        name="formula-in-csv",
        promise="No cell of a report is a formula of the file",
        file="app/domain/downloads.py",
        old="[_harmless(cell) for cell in row]",
        new="list(row)",
        tests=(
            "tests/api/test_findings.py::TestDownloadDatasetReport::test_runs_no_formula_of_the_users_file",
        ),
    ),
    Mutant(
        name="log-with-control-characters",
        promise="No line of a log moves a terminal",
        file="app/services/events/logs.py",
        old='"message": clean(text)}',
        new='"message": text.replace("\\0", "")}',
        tests=("tests/api/test_job_logs.py::TestListJobLogs::test_neutralises_what_a_terminal_would_obey",),
    ),
    Mutant(
        name="log-without-end",
        promise="A program fills no more than its log's share",
        file="app/services/events/logs.py",
        old="if job.log_bytes > MAX_BYTES:",
        new="if job.log_bytes < 0:",
        times=2,
        tests=("tests/api/test_job_logs.py::TestListJobLogs::test_is_bounded_with_a_marker",),
    ),
    Mutant(
        name="terminal-obeys-text",
        promise="The command line shows others' control codes and obeys none",
        file="app/cli/output.py",
        old="lambda found: found[0] if found[0] in keep else",
        new="lambda found: found[0] if found[0] not in keep else",
        tests=("tests/cli/test_exits.py::TestHostileText::test_keeps_nothing_that_acts",),
    ),
)

DIALECTS_TEST = "tests/domain/test_dialects.py"
RECORDS = (
    Mutant(
        name="record-ends-the-check",
        promise="An error of ours in one record does not end the check of the others",
        file="app/domain/validator/checker.py",
        old="            except Exception as error:  # noqa: BLE001",
        new="            except MemoryError as error:  # noqa: BLE001",
        tests=(
            "tests/domain/test_odd_records.py::TestFaultOfOurs::test_in_one_record_does_not_end_the_check",
        ),
    ),
    Mutant(
        name="half-a-character-goes-on",
        promise="A text that cannot be encoded goes no further than the parser",
        file="app/domain/strict_json.py",
        old="return change_texts(value, _encodable) if _ESCAPED_SURROGATE.search(text) else value",
        new="return value",
        tests=("tests/domain/test_validator.py::TestSample::test_stays_small_and_clean",),
    ),
    Mutant(
        name="field-lost-in-silence",
        promise="A field that nothing reads is named",
        file="app/domain/validator/census.py",
        old="            if found.severity:\n",
        new="            if found.severity and found.read:\n",
        tests=(
            "tests/domain/test_census.py::TestUnknownFields::test_are_all_named_once_with_count_and_first_line",
        ),
    ),
    Mutant(
        name="history-is-trained",
        promise="Earlier turns of a pair are shown and not trained",
        file="app/domain/records/record_parser.py",
        old="            turn.trained = False\n",
        new="            turn.trained = turn.trained\n",
        tests=(f"{DIALECTS_TEST}::TestPair::test_comes_after_its_history_which_is_not_trained",),
    ),
    Mutant(
        name="tools-make-no-difference",
        promise="Two records with different tools are no duplicates",
        file="app/domain/validator/record_rules.py",
        old="    if example.tools:\n",
        new="    if example.tools is ...:\n",
        tests=(f"{DIALECTS_TEST}::TestDuplicates::test_differ_by_thoughts_and_by_tools",),
    ),
)

OUTSIDE = (
    Mutant(
        name="any-address-is-public",
        promise="Nothing is sent to an address that is not public",
        file="app/adapters/outbound.py",
        old="return is_unicast and ip.is_global and not any(ip in net for net in _SPECIAL)",
        new="return is_unicast",
        tests=(
            f"{OUTBOUND}::TestIsPublic::test_refuses_everything_else",
            f"{OUTBOUND}::TestAddresses::test_of_this_machine_are_refused_by_the_real_look_up",
        ),
    ),
    Mutant(
        name="wrapped-address",
        promise="Nothing is sent to a private address in the clothes of IPv6",
        file="app/adapters/outbound.py",
        old="if isinstance(ip, ipaddress.IPv6Address) and (wrapped := list(_wrapped(ip))):",
        new="if isinstance(ip, ipaddress.IPv6Address) and (wrapped := list(_wrapped(ip))[:0]):",
        tests=(f"{OUTBOUND}::TestIsPublic::test_refuses_everything_else",),
    ),
    Mutant(
        name="one-public-address-is-enough",
        promise="A name that leads to a private address too is refused",
        file="app/adapters/outbound.py",
        old='not all(is_public(address.partition("%")[0])',
        new='not any(is_public(address.partition("%")[0])',
        tests=(f"{OUTBOUND}::TestAddresses::test_that_are_not_all_public_are_refused",),
    ),
    Mutant(
        name="address-resolved-again",
        promise="The connection goes to the address that was judged",
        file="app/adapters/outbound.py",
        old="target.copy_with(host=address)",
        new="target",
        tests=(f"{OUTBOUND}::TestAddresses::test_that_change_after_the_look_up_change_nothing",),
    ),
    Mutant(
        name="redirect-followed",
        promise="No redirect is followed",
        file="app/adapters/outbound.py",
        old="trust_env=False, timeout=timeout)",
        new="trust_env=False, timeout=timeout, follow_redirects=True)",
        tests=(f"{OUTBOUND}::TestReplies::test_follow_no_redirect",),
    ),
    Mutant(
        name="proxy-heeded",
        promise="No proxy of the environment is asked",
        file="app/adapters/outbound.py",
        old="verify=_trusted(), trust_env=False",
        new="verify=_trusted(), trust_env=True",
        tests=(f"{OUTBOUND}::TestRequests::test_heed_no_proxy_of_the_environment",),
    ),
    Mutant(
        name="certificate-of-anybody",
        promise="A receiver proves its name",
        file="app/adapters/outbound.py",
        old="verify=_trusted()",
        new="verify=False",
        tests=(
            f"{OUTBOUND}::TestCertificates::test_are_those_of_the_name_and_not_of_the_address",
            f"{OUTBOUND}::TestCertificates::test_must_be_trusted",
        ),
    ),
    Mutant(
        name="webhook-to-private-address",
        promise="No webhook reaches a private address",
        file="workers/delivery.py",
        old="allow_private=settings.webhooks_allow_private",
        new="allow_private=True",
        tests=(
            "tests/workers/test_delivery.py::TestDelivering::test_sends_to_no_private_address_and_says_so",
        ),
    ),
    Mutant(
        name="program-knows-secrets",
        promise="A training program gets no secret of ours",
        file="app/adapters/processes.py",
        old="if name in _VARIABLES or name.startswith(prefixes)",
        new="if prefixes",
        tests=(f"{PROGRAM}::TestStarting::test_hands_on_no_secret",),
    ),
    Mutant(
        name="program-outlives-worker",
        promise="A training program dies with its worker",
        file="workers/child_process.py",
        old="leash(signal.SIGKILL, limits=limits",
        new="leash(signal.SIGCONT, limits=limits",
        tests=(f"{PROGRAM}::TestStarting::test_dies_with_a_killed_parent",),
    ),
    Mutant(
        name="program-takes-all-memory",
        promise="A program that reads a user's file has bounded memory",
        file="workers/child_process.py",
        old="limits[resource.RLIMIT_AS] = memory_gib * _GIB",
        new="limits[resource.RLIMIT_AS] = resource.RLIM_INFINITY",
        tests=(f"{PROGRAM}::TestStarting::test_limits_its_memory",),
    ),
    Mutant(
        name="daemon-left-behind",
        promise="Nothing that a program started outlives it",
        file="workers/child_process.py",
        old="        await asyncio.to_thread(_kill_descendants, mark, process.pid)",
        new="        await asyncio.sleep(0)",
        tests=(f"{PROGRAM}::TestStarting::test_leaves_no_daemon_behind_that_went_its_own_way",),
    ),
)

INPUT = (*REQUESTS, *FILES, *RECORDS, *OUTSIDE)
