"""The HTTP face of the service: one router a resource."""

from fastapi import APIRouter

from app.api import (
    account,
    api_keys,
    artifacts,
    costs,
    datasets,
    findings,
    health,
    jobs,
    notifications,
    streams,
    training_options,
    webhooks,
)

ROUTERS: tuple[APIRouter, ...] = (
    datasets.router,
    findings.router,
    jobs.estimate_router,
    jobs.router,
    streams.router,
    streams.tokens_router,
    training_options.router,
    artifacts.router,
    costs.router,
    notifications.streams_router,
    notifications.router,
    account.router,
    api_keys.router,
    webhooks.router,
    health.router,
)
