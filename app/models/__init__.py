"""Tables: one class per table, one file per resource."""

from app.models.api_keys import ApiKey
from app.models.artifacts import ModelArtifact
from app.models.base import Base, Leased, Owned, SoftDeleted
from app.models.costs import CostRecord, CostType
from app.models.datasets import Dataset, DatasetFinding, DatasetRecord
from app.models.fits import DatasetFit
from app.models.idempotency import IdempotencyKey
from app.models.jobs import JobEvent, MetricsPoint, MetricsRollup, TrainingJob
from app.models.notifications import Notification, NotificationType
from app.models.users import User
from app.models.webhooks import DeliveryStatus, Webhook, WebhookDelivery
