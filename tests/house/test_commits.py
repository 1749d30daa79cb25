"""One place commits: whatever happens in a request or a claim happens whole or not at all."""

import ast

from tests.house.sources import name_of, python_files, tree_of

# the session that commits, and a read-only transaction that has nothing to commit
ALLOWED = {("app/db/session.py", "begin"), ("app/db/system.py", "begin")}
ENDS_A_TRANSACTION = {"begin", "begin_nested", "commit"}


class TestCommitSite:
    def test_there_is_one(self):
        found = {
            (name_of(path), node.func.attr)
            for path in python_files("app", "workers")
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ENDS_A_TRANSACTION
        }
        assert found == ALLOWED

    def test_nobody_commits_statement_by_statement(self):
        for path in python_files("app", "workers"):
            assert "AUTOCOMMIT" not in path.read_text().upper(), name_of(path)
