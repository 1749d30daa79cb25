"""The page of the API's document asks this service only."""

import asyncio
import re
import shutil
from subprocess import DEVNULL, PIPE

import pytest

from app.api.docs_page import PATHS
from tests.house.document import OPERATIONS

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
# no name is found and no other address reached
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


class TestPage:
    async def test_names_files_of_this_service_only(self, anonymous):
        page = await anonymous.get("/api/docs")
        named = re.findall(r'(?:src|href)="([^"]*)"', page.text)
        assert {str(page.url.join(address).path) for address in named} == set(PATHS) - {"/api/docs"}
        for address in named:
            file = await anonymous.get(page.url.join(address))
            assert (file.status_code, len(file.content) > 100) == (200, True), address
            assert file.headers["Content-Type"].split(";")[0] in ("text/javascript", "text/css", "image/png")

    async def test_lets_the_browser_run_its_own_scripts_only(self, anonymous):
        page = await anonymous.get("/api/docs")
        policy = dict(part.split(maxsplit=1) for part in page.headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert not re.search(r"<script(?! src=)|<style|\son\w+=", page.text)

    async def test_knows_no_other_file(self, anonymous):
        for name in ("__init__.py", "..%2fmain.py", "swagger-ui.js"):
            assert (await anonymous.get(f"/api/docs/{name}")).status_code == 404

    async def test_may_be_shown_nowhere_else(self, anonymous):
        for path in ("/api/docs", "/api/health/live"):
            policy = (await anonymous.get(path)).headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy

    @pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
    async def test_shows_every_operation_in_a_browser_without_internet(self, url):
        options = ("--headless=new", "--no-sandbox", "--disable-gpu", ALONE, "--virtual-time-budget=20000")
        page = await _output(BROWSER, *options, "--dump-dom", f"{url}/api/docs")
        assert page.count('class="opblock-summary-path"') == len(OPERATIONS)
        assert 'class="btn authorize' in page


async def _output(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=DEVNULL)
    async with asyncio.timeout(300):
        return (await process.communicate())[0].decode()
