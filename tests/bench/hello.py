"""The limit of plain requests: Starlette saying hello, and FastAPI doing the same."""

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def hello(_request: Request) -> JSONResponse:
    """One short answer."""
    return JSONResponse({"hello": "world"})


bare = Starlette(routes=[Route("/", hello)])
framework = FastAPI()


@framework.get("/")
async def greet() -> dict[str, str]:
    """The same by way of the framework."""
    return {"hello": "world"}
