"""Errors that carry their status and stable code; the docstring is the sentence a user reads."""

from typing import ClassVar


class AppError(Exception):
    """The request could not be completed."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500

    def __init__(self, details: str | dict[str, list[str]] | None = None, **headers: str) -> None:
        self.error = (type(self).__doc__ or "").strip()
        self.details = details or self.error
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        super().__init__(self.error, self.details)


class ValidationFailed(AppError):
    """The request is not valid."""

    code, status = "validation_error", 400


class Unauthorized(AppError):
    """A valid bearer token is needed."""

    code, status = "unauthorized", 401

    def __init__(self, details: str | None = None) -> None:
        super().__init__(details, WWW_Authenticate="Bearer")


class InsufficientScope(AppError):
    """This API key does not have the scope that the call needs."""

    code, status = "insufficient_scope", 403


class RequestTimeout(AppError):
    """The request did not arrive in time."""

    code, status = "request_timeout", 408


class NotFound(AppError):
    """There is nothing here with this id."""

    code, status = "not_found", 404


class MethodNotAllowed(AppError):
    """This address does not know that method."""

    code, status = "method_not_allowed", 405


class UploadMissing(AppError):
    """The file has not been uploaded yet."""

    code, status = "upload_missing", 409


class UploadSizeMismatch(AppError):
    """The uploaded file does not have the announced size."""

    code, status = "upload_size_mismatch", 409


class UploadChecksumMismatch(AppError):
    """The uploaded file does not have the announced checksum."""

    code, status = "upload_checksum_mismatch", 409


class UploadClosed(AppError):
    """This dataset no longer takes an upload."""

    code, status = "upload_closed", 409


class DatasetNotUploading(AppError):
    """This dataset is not waiting for an upload."""

    code, status = "dataset_not_uploading", 409


class DatasetNotReady(AppError):
    """The dataset is not ready for training."""

    code, status = "dataset_not_ready", 409


class DatasetDoesNotFit(AppError):
    """The base model would leave too much of the dataset out of training."""

    code, status = "dataset_does_not_fit", 409


class RepairDropsTooMuch(AppError):
    """The repair would drop more than a fifth of the records."""

    code, status = "repair_drops_too_much", 409


class DatasetInUse(AppError):
    """A job that is still active uses this dataset."""

    code, status = "dataset_in_use", 409


class JobNotCancellable(AppError):
    """The job has already ended."""

    code, status = "job_not_cancellable", 409


class JobNotRetryable(AppError):
    """Only a job that failed or was cancelled can be tried again."""

    code, status = "job_not_retryable", 409


class BudgetExceeded(AppError):
    """This would go beyond your monthly budget."""

    code, status = "budget_exceeded", 409


class AccountInUse(AppError):
    """Something of yours is still at work."""

    code, status = "account_in_use", 409


class WebhookExists(AppError):
    """You have a webhook for this address."""

    code, status = "webhook_exists", 409


class IdempotencyKeyReused(AppError):
    """This Idempotency-Key was used for a different request."""

    code, status = "idempotency_key_reused", 409


class IdempotencyInProgress(AppError):
    """A request with this Idempotency-Key is still running."""

    code, status = "idempotency_in_progress", 409


class BodyTooLarge(AppError):
    """The request body is too large."""

    code, status = "body_too_large", 413


class TargetTooLong(AppError):
    """The path and query of the request are too long."""

    code, status = "target_too_long", 414


class HeaderTooLarge(AppError):
    """The header of the request is too large."""

    code, status = "header_too_large", 431


class UnsupportedMediaType(AppError):
    """The request body must be JSON."""

    code, status = "unsupported_media_type", 415


class RateLimited(AppError):
    """Too many requests came within a minute."""

    code, status = "rate_limited", 429


class QuotaExceeded(AppError):
    """You have as many of these as this installation allows."""

    code, status = "quota_exceeded", 429


class InternalError(AppError):
    """Something went wrong on our side."""

    code, status = "internal_error", 500


class ServiceUnavailable(AppError):
    """A part of the service is not reachable at the moment."""

    code, status = "service_unavailable", 503
