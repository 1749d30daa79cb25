"""Guards of reading and writing dataset files: what is something else, and what is carried over."""

from tests.mutants.mutant import Mutant

FORMATS_TEST = "tests/domain/dataset_file/test_other_formats.py"
ROUND_TRIPS = "tests/domain/test_round_trips.py::TestRoundTrip"
ANY_FORMAT = "tests/domain/test_any_format.py"

FORMATS = (
    Mutant(
        name="format-silent-beside-the-records",
        promise="A list beside the records in the object that wraps them is named",
        file="app/domain/validator/checker.py",
        old="        elif element.kind is ElementKind.BESIDE and value is not UNREADABLE:",
        new="        elif False:",
        tests=("tests/domain/test_census.py::TestBesideTheRecords::test_are_named",),
    ),
    Mutant(
        name="bad-first-line-is-another-format",
        promise="A file of records is never called something else for its first line",
        file="app/domain/dataset_file/signatures.py",
        old="    if holds_records(head) or (",
        new="    if (",
        tests=(f"{FORMATS_TEST}::TestOtherFormat::test_needs_lines_that_are_no_records",),
    ),
    Mutant(
        name="table-by-its-heading-alone",
        promise="A table is recognised by its rows as well",
        file="app/domain/dataset_file/tables.py",
        old="rows = rows if is_whole else rows[:-1]",
        new="rows = rows[:1]",
        tests=(f"{FORMATS_TEST}::TestOtherFormat::test_is_named_once_at_the_first_line",),
    ),
    Mutant(
        name="record-with-own-list-unwrapped",
        promise="A record that has a list of objects stays a record",
        file="app/domain/dataset_file/forms.py",
        old='if not text.startswith("{") or _is_line(first_line, before=rest.lstrip()):',
        new='if not text.startswith("{"):',
        tests=(f"{FORMATS_TEST}::TestRecords::test_may_have_a_list_of_their_own_under_any_name",),
    ),
    Mutant(
        name="cut-line-unnamed",
        promise="A last line that was cut is called cut",
        file="app/domain/dataset_file/lines.py",
        old="yield last._replace(problem=_cut(last.place.source)) if is_cut else last",
        new="yield last",
        tests=(f"{FORMATS_TEST}::TestCutLine::test_is_named_wherever_the_file_was_cut",),
    ),
    Mutant(
        name="row-of-any-length",
        promise="A row of a table has a cell for each column",
        file="app/domain/dataset_file/tables.py",
        old="if len(cells) != len(table.columns):",
        new="if not cells:",
        tests=(f"{ANY_FORMAT}::TestTable::test_that_is_broken_is_refused_by_line",),
    ),
    Mutant(
        name="carried-field-in-the-prompt",
        promise="No field that is carried over becomes a part of the conversation",
        file="app/domain/conversion/writers.py",
        old="is_safe = _conversation((*known, name)) == dialect",
        new="is_safe = dialect is not None",
        tests=(f"{ROUND_TRIPS}::test_keeps_messages_tools_and_weights",),
    ),
    Mutant(
        name="weight-lost-in-conversion",
        promise="A reply that is not trained is not trained after a conversion",
        file="app/domain/conversion/writers.py",
        old='return {"weight": 0} if turn.role == "assistant" and not turn.trained else {}',
        new="return {}",
        tests=(f"{ROUND_TRIPS}::test_keeps_messages_tools_and_weights",),
    ),
    Mutant(
        name="preference-pair-unasked",
        promise="The better reply of a preference pair is taken when it is asked for",
        file="app/domain/conversion/converter.py",
        old="if dialect.is_preference and not is_chosen:",
        new="if dialect.is_preference and is_chosen is None:",
        tests=(f"{ANY_FORMAT}::TestPreferencePairs::test_are_not_converted_without_being_asked",),
    ),
    Mutant(
        name="convert-over-its-source",
        promise="A conversion never writes over its source",
        file="app/cli/convert.py",
        old="if target.samefile(source):",
        new="if target == source.parent:",
        tests=("tests/cli/test_convert.py::TestConvert::test_never_writes_over_its_source",),
    ),
)
