"""`/api/docs`: Swagger UI from a package, so the page asks no other host and runs no other script."""

from importlib.resources import as_file, files

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

PATH = "/api/docs"
_PACKAGE = files("fastapi_swagger.resources")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
_CACHED = {"Cache-Control": "public, max-age=3600"}
# addresses are relative: a proxy may serve all of this below a path of its own
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>lora-pipeline: the API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START = """\
SwaggerUIBundle({
  url: "../openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
});
"""


_FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
PATHS = (PATH, f"{PATH}/start.js", *(f"{PATH}/{name}" for name in _FILES))


def add_docs_page(app: FastAPI) -> None:
    """Add the page and its files, which are not in the document of the API."""
    for path in PATHS:
        app.add_route(path, _show_page if path == PATH else _show_file, include_in_schema=False)


async def _show_page(_request: Request) -> Response:
    return HTMLResponse(_PAGE, headers=_HEADERS)


async def _show_file(request: Request) -> Response:
    name = request.scope["path"].rpartition("/")[2]
    if name not in _FILES:
        return Response(_START, media_type="text/javascript")
    with as_file(_PACKAGE / name) as path:
        return FileResponse(path, media_type=_FILES[name], headers=_CACHED)
