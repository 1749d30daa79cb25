"""Nothing grows without a limit: files, functions, parameters, public names."""

import ast

from tests.house.sources import functions, name_of, python_files, tree_of

FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES, POSITIONAL, PUBLIC_NAMES = 300, 400, 45, 4, 12

CODE = python_files("app", "workers", "migrations")
TESTS = python_files("tests")

# every exception with its reason; one that is no longer needed has to go
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[tuple[str, str], str] = {}
MANY_PARAMETERS = {}
MANY_NAMES = {
    "app/models/claim_order.py": "a record for each kind of work",
    "app/models/base.py": "the columns and types that all tables share",
}
# endpoints take what FastAPI injects; the others are lists of things, not code
EXEMPT = ("app/api/", "app/schemas/", "app/errors.py", "app/domain/catalog.py", "migrations/versions/")


def lines(path) -> int:
    return len(path.read_text().splitlines())


def positional(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return len([name for name in names if name not in {"self", "cls"}])


def public_names(tree: ast.Module) -> list[str]:
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = [node.name for node in tree.body if isinstance(node, definitions)]
    assigned = [node.targets for node in tree.body if isinstance(node, ast.Assign)]
    names += [target.id for targets in assigned for target in targets if isinstance(target, ast.Name)]
    return [name for name in names if not name.startswith("_")]


def counted_functions():
    for path in CODE:
        if not name_of(path).startswith(EXEMPT):
            for name, function in functions(tree_of(path)):
                yield (name_of(path), name), function


class TestFiles:
    def test_of_code_stay_short(self):
        assert {name_of(path) for path in CODE if lines(path) > FILE_LINES} == set(LONG_FILES)

    def test_of_tests_stay_short(self):
        assert {name_of(path) for path in TESTS if lines(path) > TEST_FILE_LINES} == set()

    def test_offer_a_few_names(self):
        counted = [path for path in CODE if not name_of(path).startswith(EXEMPT)]
        assert {name_of(path) for path in counted if len(public_names(tree_of(path))) > PUBLIC_NAMES} == set(
            MANY_NAMES
        )

    def test_say_what_lives_in_them(self):
        for path in (*CODE, *TESTS):
            if path.name != "__init__.py":
                assert (ast.get_docstring(tree_of(path)) or "").strip(), name_of(path)


class TestFunctions:
    def test_stay_short(self):
        long = {
            name
            for name, function in counted_functions()
            if function.end_lineno - function.lineno + 1 > FUNCTION_LINES
        }
        assert long == set(LONG_FUNCTIONS)

    def test_take_few_positional_parameters(self):
        many = {name for name, function in counted_functions() if positional(function) > POSITIONAL}
        assert many == set(MANY_PARAMETERS)
