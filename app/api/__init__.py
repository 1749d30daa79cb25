"""The HTTP face of the service: one router a resource."""

from fastapi import APIRouter

from app.api import (
    account,
    api_keys,
    artifacts,
    costs,
    datasets,
    estimate,
    findings,
    health,
    jobs,
    notifications,
    previews,
    repairs,
    samples,
    streams,
    training_options,
    uploads,
    webhooks,
)

# estimate stands before jobs: a fixed path is matched before /{job_id}
ROUTERS: tuple[APIRouter, ...] = (
    datasets.router,
    samples.router,
    uploads.router,
    findings.router,
    previews.router,
    repairs.router,
    estimate.router,
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
