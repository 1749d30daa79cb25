from enum import StrEnum


class NotificationType(StrEnum):
    ARTIFACT_READY = "artifact_ready"
    COST_ALERT = "cost_alert"
    DATASET_FAILED = "dataset_failed"
    DATASET_READY = "dataset_ready"
    JOB_CANCELLED = "job_cancelled"
    JOB_COMPLETED = "job_completed"
    JOB_FAILED = "job_failed"
    JOB_QUEUED = "job_queued"
    JOB_STARTED = "job_started"

    def __str__(self) -> str:
        return str(self.value)
