"""Guards of what a request may be before it reaches its route."""

from tests.mutants.mutant import Mutant

BODIES = "tests/api/test_bodies.py"
HEADERS = "tests/api/test_headers.py"
LOG = "tests/observability/test_log.py"
PATTERNS = (
    "tests/house/test_patterns.py::TestEveryPattern::test_takes_twice_as_long_at_most_for_twice_the_text"
)

FRONT = (
    Mutant(
        name="log-of-any-length",
        promise="What a caller wrote is cut before a pattern sees it",
        file="app/log.py",
        old="return text if len(text) <= LOGGED_CHARACTERS else text[:LOGGED_CHARACTERS] + _CUT",
        new="return text",
        tests=(
            f"{LOG}::TestLength::test_of_a_text_is_cut_before_a_pattern_sees_it",
            f"{LOG}::TestLength::test_of_every_field_is_cut_before_a_pattern_sees_it",
        ),
    ),
    Mutant(
        name="token-pattern-that-begins-anew",
        promise="The search for secrets reads a text once",
        file="app/log.py",
        old='(r"(?i)(token|secret|password|signature|credential)=',
        new='(r"(?i)\\b([\\w-]*(?:token|secret|password|signature|credential))=',
        tests=(PATTERNS,),
    ),
    Mutant(
        name="jwt-pattern-that-begins-anew",
        promise="The search for secrets reads a text once",
        file="app/log.py",
        old='(r"(?<![\\w-])(?=[\\w-]++\\.[\\w-]++\\.)([\\w-]*?)\\beyJ[\\w-]++',
        new='(r"()\\beyJ[\\w-]+',
        tests=(PATTERNS,),
    ),
    Mutant(
        name="cookies-parsed",
        promise="No text that a caller chooses keeps a process busy: cookies are not parsed",
        file="app/api/middleware.py",
        old='if field[0] != b"cookie"]',
        new="]",
        tests=(f"{HEADERS}::TestCookies::test_are_not_read",),
    ),
    Mutant(
        name="password-cut-in-half",
        promise="A secret at the end of a text that was cut is blotted out",
        file="app/log.py",
        old="(?:@|{_CUT}\\Z)",
        new="@",
        tests=(f"{LOG}::TestSecrets::test_are_blotted_out_where_a_text_is_cut",),
    ),
    Mutant(
        name="text-without-end-read-again",
        promise="A lone quotation mark is looked at once",
        file="app/domain/repair/lenient.py",
        old="""*+"?\'""",
        new="""*"\'""",
        tests=(PATTERNS,),
    ),
    Mutant(
        name="system-mark-without-end-read-again",
        promise="A mark without its end is looked for once",
        file="app/domain/repair/rendered.py",
        old="(.*?)(<</SYS>>|\\Z)",
        new="(.*?)(<</SYS>>)",
        tests=(PATTERNS,),
    ),
    Mutant(
        name="header-without-end",
        promise="A header without end is refused",
        file="app/api/http_protocol.py",
        old="if self._unread > HEADER_BYTES and not self._is_refused:",
        new="if self._unread < 0:",
        tests=(
            f"{HEADERS}::TestSize::test_of_a_header_without_end_is_limited",
            f"{HEADERS}::TestSize::test_of_what_follows_a_body_is_limited",
        ),
    ),
    Mutant(
        name="header-at-once",
        promise="A header that came at once has the same limit",
        file="app/api/http_protocol.py",
        old="if size > HEADER_BYTES:",
        new="if size < 0:",
        tests=(f"{HEADERS}::TestSize::test_of_a_whole_header_is_limited",),
    ),
    Mutant(
        name="header-that-drips",
        promise="A header that does not come in time is refused",
        file="app/api/http_protocol.py",
        old="self._timer = self.loop.call_later(HEADER_SECONDS, self._time_out)",
        new="pass",
        tests=(
            f"{HEADERS}::TestTime::test_of_a_header_is_limited",
            f"{HEADERS}::TestTime::test_ends_a_connection_that_asks_nothing",
        ),
    ),
    Mutant(
        name="next-header-that-drips",
        promise="The time of a header begins with its first byte",
        file="app/api/http_protocol.py",
        old="        if self._is_in_header:\n            self._start_timer()\n",
        new="",
        tests=(f"{HEADERS}::TestTime::test_runs_while_lines_are_empty",),
    ),
    Mutant(
        name="docs-page-from-elsewhere",
        promise="The page of the document asks no other host",
        file="app/api/docs_page.py",
        old='href="docs/swagger-ui.css"',
        new='href="https://cdn.example/swagger-ui.css"',
        tests=("tests/api/test_docs_page.py::TestPage::test_names_files_of_this_service_only",),
    ),
    Mutant(
        name="docs-page-with-any-script",
        promise="The browser runs scripts of the page's own host only",
        file="app/api/docs_page.py",
        old="script-src 'self'",
        new="script-src *",
        tests=("tests/api/test_docs_page.py::TestPage::test_lets_the_browser_run_its_own_scripts_only",),
    ),
    Mutant(
        name="marks-without-end",
        promise="Normalization never sorts a long run of marks",
        file="app/schemas/base.py",
        old="if not value.isascii() and _has_long_run(value):",
        new="if value is None:",
        tests=(f"{BODIES}::TestWork::test_for_marks_on_a_letter_is_bounded",),
    ),
    Mutant(
        name="fields-without-end",
        promise="Thousands of unknown fields are refused in one word",
        file="app/schemas/base.py",
        old="if isinstance(value, dict) and len(value) > _MOST_FIELDS:",
        new="if value is None:",
        tests=(f"{BODIES}::TestWork::test_for_fields_is_bounded",),
    ),
    Mutant(
        name="parts-told-one-by-one",
        promise="A list of parts is refused at the first that is wrong",
        file="app/schemas/uploads.py",
        old="        FailFast(),\n",
        new="",
        tests=(f"{BODIES}::TestWork::test_for_parts_ends_at_the_first_that_is_wrong",),
    ),
    Mutant(
        name="problems-without-end",
        promise="An answer names a bounded number of problems",
        file="app/api/handlers.py",
        old="error.errors()[:_MOST_PROBLEMS]",
        new="error.errors()",
        tests=(f"{BODIES}::TestWork::test_for_values_of_a_query_is_bounded",),
    ),
    Mutant(
        name="address-of-any-length",
        promise="An address has a limit",
        file="app/api/middleware.py",
        old="    if length <= TARGET_CHARACTERS:",
        new="    if length:",
        tests=(f"{HEADERS}::TestAddress::test_may_not_be_longer_than_the_limit",),
    ),
    Mutant(
        name="length-of-any-digits",
        promise="A length of thousands of digits is too large, not a failure of ours",
        file="app/api/middleware.py",
        old="(is_long or int(announced) > self._max_bytes)",
        new="int(announced) > self._max_bytes",
        tests=(f"{HEADERS}::TestLength::test_of_thousands_of_digits_is_too_large",),
    ),
    Mutant(
        name="middleware-that-fails-bare",
        promise="A failure of a middleware is answered in the envelope",
        file="app/main.py",
        old="    app.add_middleware(UnhandledErrors)\n    app.add_middleware(RequestContext",
        new="    app.add_middleware(RequestContext",
        tests=(f"{HEADERS}::TestMiddleware::test_that_fails_answers_like_every_failure",),
    ),
)
