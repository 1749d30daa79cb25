"""One table a class, one resource a file."""

from app.models.artifacts import ModelArtifact
from app.models.base import Base, Leased, Owned, SoftDeleted
from app.models.costs import CostRecord, CostType
from app.models.datasets import Dataset, DatasetFinding, DatasetRecord
from app.models.idempotency import IdempotencyKey
from app.models.jobs import JobEvent, MetricsPoint, MetricsRollup, TrainingJob
from app.models.notifications import Notification, NotificationType
from app.models.users import User

__all__ = [
    "Base",
    "CostRecord",
    "CostType",
    "Dataset",
    "DatasetFinding",
    "DatasetRecord",
    "IdempotencyKey",
    "JobEvent",
    "Leased",
    "MetricsPoint",
    "MetricsRollup",
    "ModelArtifact",
    "Notification",
    "NotificationType",
    "Owned",
    "SoftDeleted",
    "TrainingJob",
    "User",
]
