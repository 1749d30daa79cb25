"""Contains all the data models used in inputs/outputs"""

from .account_limits import AccountLimits
from .account_usage import AccountUsage
from .api_key_create import ApiKeyCreate
from .api_key_created import ApiKeyCreated
from .api_key_one import ApiKeyOne
from .api_key_page import ApiKeyPage
from .api_key_read import ApiKeyRead
from .api_key_with_secret import ApiKeyWithSecret
from .base_model_read import BaseModelRead
from .base_models import BaseModels
from .budget_read import BudgetRead
from .budget_update import BudgetUpdate
from .chart_point import ChartPoint
from .checkpoint_list import CheckpointList
from .checkpoint_read import CheckpointRead
from .client_advice import ClientAdvice
from .configuration import Configuration
from .cost_breakdown import CostBreakdown
from .cost_record_read import CostRecordRead
from .cost_record_read_details import CostRecordReadDetails
from .cost_type import CostType
from .costs_read import CostsRead
from .costs_read_cost_by_type import CostsReadCostByType
from .data_api_key_created import DataApiKeyCreated
from .data_api_key_one import DataApiKeyOne
from .data_api_key_page import DataApiKeyPage
from .data_base_models import DataBaseModels
from .data_budget_read import DataBudgetRead
from .data_checkpoint_list import DataCheckpointList
from .data_costs_read import DataCostsRead
from .data_dataset_created import DataDatasetCreated
from .data_dataset_fit_one import DataDatasetFitOne
from .data_dataset_one import DataDatasetOne
from .data_dataset_page import DataDatasetPage
from .data_dataset_preview import DataDatasetPreview
from .data_dataset_report import DataDatasetReport
from .data_dataset_upload import DataDatasetUpload
from .data_delivery_one import DataDeliveryOne
from .data_delivery_page import DataDeliveryPage
from .data_download import DataDownload
from .data_erasure_read import DataErasureRead
from .data_estimate_read import DataEstimateRead
from .data_event_page import DataEventPage
from .data_job_comparison import DataJobComparison
from .data_job_page import DataJobPage
from .data_job_read import DataJobRead
from .data_live import DataLive
from .data_log_page import DataLogPage
from .data_me_read import DataMeRead
from .data_metrics_read import DataMetricsRead
from .data_model_detail import DataModelDetail
from .data_model_files import DataModelFiles
from .data_model_page import DataModelPage
from .data_model_read import DataModelRead
from .data_notification_page import DataNotificationPage
from .data_notification_preferences import DataNotificationPreferences
from .data_notification_read import DataNotificationRead
from .data_notifications_read import DataNotificationsRead
from .data_ready import DataReady
from .data_stream_token_read import DataStreamTokenRead
from .data_training_options import DataTrainingOptions
from .data_user_event_page import DataUserEventPage
from .data_webhook_one import DataWebhookOne
from .data_webhook_page import DataWebhookPage
from .data_webhook_secret import DataWebhookSecret
from .dataset_confirm import DatasetConfirm
from .dataset_create import DatasetCreate
from .dataset_create_metadata import DatasetCreateMetadata
from .dataset_created import DatasetCreated
from .dataset_fit_one import DatasetFitOne
from .dataset_fit_read import DatasetFitRead
from .dataset_format import DatasetFormat
from .dataset_one import DatasetOne
from .dataset_page import DatasetPage
from .dataset_preview import DatasetPreview
from .dataset_preview_rendering import DatasetPreviewRendering
from .dataset_read import DatasetRead
from .dataset_read_metadata import DatasetReadMetadata
from .dataset_read_repair_plan_type_0 import DatasetReadRepairPlanType0
from .dataset_read_repair_summary_type_0 import DatasetReadRepairSummaryType0
from .dataset_read_sample_data_type_0_item import DatasetReadSampleDataType0Item
from .dataset_report import DatasetReport
from .dataset_report_counts import DatasetReportCounts
from .dataset_report_statistics_type_0 import DatasetReportStatisticsType0
from .dataset_status import DatasetStatus
from .dataset_summary import DatasetSummary
from .dataset_summary_metadata import DatasetSummaryMetadata
from .dataset_update import DatasetUpdate
from .dataset_update_metadata import DatasetUpdateMetadata
from .dataset_upload import DatasetUpload
from .delivery_one import DeliveryOne
from .delivery_page import DeliveryPage
from .delivery_read import DeliveryRead
from .delivery_status import DeliveryStatus
from .delivery_try import DeliveryTry
from .display_rule import DisplayRule
from .download import Download
from .early_stopping import EarlyStopping
from .erase import Erase
from .erasure_read import ErasureRead
from .erasure_read_objects import ErasureReadObjects
from .erasure_read_rows import ErasureReadRows
from .estimate_create import EstimateCreate
from .estimate_create_metadata import EstimateCreateMetadata
from .estimate_create_method import EstimateCreateMethod
from .estimate_read import EstimateRead
from .event_page import EventPage
from .event_read import EventRead
from .event_read_data import EventReadData
from .event_read_type import EventReadType
from .failure import Failure
from .failure_details_type_1 import FailureDetailsType1
from .finding_read import FindingRead
from .finding_severity import FindingSeverity
from .fit_create import FitCreate
from .fit_numbers import FitNumbers
from .fit_reason import FitReason
from .fit_status import FitStatus
from .gpu_config import GpuConfig
from .gpu_count_option import GpuCountOption
from .gpu_option import GpuOption
from .gpu_type import GpuType
from .grouping import Grouping
from .hardware import Hardware
from .hyperparameter_option import HyperparameterOption
from .hyperparameter_option_type import HyperparameterOptionType
from .hyperparameters import Hyperparameters
from .hyperparameters_read import HyperparametersRead
from .job_cancel import JobCancel
from .job_comparison import JobComparison
from .job_comparison_differences import JobComparisonDifferences
from .job_comparison_differences_additional_property import (
    JobComparisonDifferencesAdditionalProperty,
)
from .job_comparison_series import JobComparisonSeries
from .job_comparison_series_additional_property import (
    JobComparisonSeriesAdditionalProperty,
)
from .job_create import JobCreate
from .job_create_metadata import JobCreateMetadata
from .job_create_method import JobCreateMethod
from .job_dataset import JobDataset
from .job_listed import JobListed
from .job_listed_current_metrics import JobListedCurrentMetrics
from .job_listed_metadata import JobListedMetadata
from .job_listed_method import JobListedMethod
from .job_overrides import JobOverrides
from .job_overrides_metadata_type_0 import JobOverridesMetadataType0
from .job_overrides_method_type_0 import JobOverridesMethodType0
from .job_page import JobPage
from .job_read import JobRead
from .job_read_current_metrics import JobReadCurrentMetrics
from .job_read_metadata import JobReadMetadata
from .job_read_method import JobReadMethod
from .job_retry import JobRetry
from .job_status import JobStatus
from .limits import Limits
from .lineage import Lineage
from .list_job_events_types_item import ListJobEventsTypesItem
from .list_models_sort import ListModelsSort
from .live import Live
from .log_level import LogLevel
from .log_line_read import LogLineRead
from .log_page import LogPage
from .lr_scheduler import LrScheduler
from .manifest import Manifest
from .manifest_dataset import ManifestDataset
from .manifest_file import ManifestFile
from .manifest_versions import ManifestVersions
from .me_read import MeRead
from .metrics_point_read import MetricsPointRead
from .metrics_read import MetricsRead
from .model_detail import ModelDetail
from .model_detail_artifacts import ModelDetailArtifacts
from .model_download import ModelDownload
from .model_files import ModelFiles
from .model_files_download_urls import ModelFilesDownloadUrls
from .model_page import ModelPage
from .model_read import ModelRead
from .model_read_artifacts import ModelReadArtifacts
from .model_update import ModelUpdate
from .multipart_upload import MultipartUpload
from .notification_page import NotificationPage
from .notification_preferences import NotificationPreferences
from .notification_read import NotificationRead
from .notification_read_metadata import NotificationReadMetadata
from .notification_read_priority import NotificationReadPriority
from .notification_type import NotificationType
from .notifications_read import NotificationsRead
from .pagination import Pagination
from .part import Part
from .part_status import PartStatus
from .period import Period
from .preset_hyperparameters import PresetHyperparameters
from .preset_id import PresetId
from .preset_option import PresetOption
from .preview_record import PreviewRecord
from .preview_record_messages_item import PreviewRecordMessagesItem
from .quality_metrics import QualityMetrics
from .ready import Ready
from .ready_parts import ReadyParts
from .ready_status import ReadyStatus
from .repair_create import RepairCreate
from .repair_create_actions import RepairCreateActions
from .repair_create_actions_additional_property import (
    RepairCreateActionsAdditionalProperty,
)
from .report_format import ReportFormat
from .routes import Routes
from .scope import Scope
from .sent_part import SentPart
from .simulate import Simulate
from .slider_option import SliderOption
from .stage import Stage
from .stream_token_read import StreamTokenRead
from .training_details import TrainingDetails
from .training_options import TrainingOptions
from .training_summary import TrainingSummary
from .upload import Upload
from .upload_headers import UploadHeaders
from .upload_part import UploadPart
from .upload_part_headers import UploadPartHeaders
from .user_event_page import UserEventPage
from .user_event_read import UserEventRead
from .user_event_read_data import UserEventReadData
from .user_event_read_type import UserEventReadType
from .verification import Verification
from .webhook_create import WebhookCreate
from .webhook_one import WebhookOne
from .webhook_page import WebhookPage
from .webhook_read import WebhookRead
from .webhook_secret import WebhookSecret
from .webhook_update import WebhookUpdate
from .webhook_with_secret import WebhookWithSecret

__all__ = (
    "AccountLimits",
    "AccountUsage",
    "ApiKeyCreate",
    "ApiKeyCreated",
    "ApiKeyOne",
    "ApiKeyPage",
    "ApiKeyRead",
    "ApiKeyWithSecret",
    "BaseModelRead",
    "BaseModels",
    "BudgetRead",
    "BudgetUpdate",
    "ChartPoint",
    "CheckpointList",
    "CheckpointRead",
    "ClientAdvice",
    "Configuration",
    "CostBreakdown",
    "CostRecordRead",
    "CostRecordReadDetails",
    "CostsRead",
    "CostsReadCostByType",
    "CostType",
    "DataApiKeyCreated",
    "DataApiKeyOne",
    "DataApiKeyPage",
    "DataBaseModels",
    "DataBudgetRead",
    "DataCheckpointList",
    "DataCostsRead",
    "DataDatasetCreated",
    "DataDatasetFitOne",
    "DataDatasetOne",
    "DataDatasetPage",
    "DataDatasetPreview",
    "DataDatasetReport",
    "DataDatasetUpload",
    "DataDeliveryOne",
    "DataDeliveryPage",
    "DataDownload",
    "DataErasureRead",
    "DataEstimateRead",
    "DataEventPage",
    "DataJobComparison",
    "DataJobPage",
    "DataJobRead",
    "DataLive",
    "DataLogPage",
    "DataMeRead",
    "DataMetricsRead",
    "DataModelDetail",
    "DataModelFiles",
    "DataModelPage",
    "DataModelRead",
    "DataNotificationPage",
    "DataNotificationPreferences",
    "DataNotificationRead",
    "DataNotificationsRead",
    "DataReady",
    "DatasetConfirm",
    "DatasetCreate",
    "DatasetCreated",
    "DatasetCreateMetadata",
    "DatasetFitOne",
    "DatasetFitRead",
    "DatasetFormat",
    "DatasetOne",
    "DatasetPage",
    "DatasetPreview",
    "DatasetPreviewRendering",
    "DatasetRead",
    "DatasetReadMetadata",
    "DatasetReadRepairPlanType0",
    "DatasetReadRepairSummaryType0",
    "DatasetReadSampleDataType0Item",
    "DatasetReport",
    "DatasetReportCounts",
    "DatasetReportStatisticsType0",
    "DatasetStatus",
    "DatasetSummary",
    "DatasetSummaryMetadata",
    "DatasetUpdate",
    "DatasetUpdateMetadata",
    "DatasetUpload",
    "DataStreamTokenRead",
    "DataTrainingOptions",
    "DataUserEventPage",
    "DataWebhookOne",
    "DataWebhookPage",
    "DataWebhookSecret",
    "DeliveryOne",
    "DeliveryPage",
    "DeliveryRead",
    "DeliveryStatus",
    "DeliveryTry",
    "DisplayRule",
    "Download",
    "EarlyStopping",
    "Erase",
    "ErasureRead",
    "ErasureReadObjects",
    "ErasureReadRows",
    "EstimateCreate",
    "EstimateCreateMetadata",
    "EstimateCreateMethod",
    "EstimateRead",
    "EventPage",
    "EventRead",
    "EventReadData",
    "EventReadType",
    "Failure",
    "FailureDetailsType1",
    "FindingRead",
    "FindingSeverity",
    "FitCreate",
    "FitNumbers",
    "FitReason",
    "FitStatus",
    "GpuConfig",
    "GpuCountOption",
    "GpuOption",
    "GpuType",
    "Grouping",
    "Hardware",
    "HyperparameterOption",
    "HyperparameterOptionType",
    "Hyperparameters",
    "HyperparametersRead",
    "JobCancel",
    "JobComparison",
    "JobComparisonDifferences",
    "JobComparisonDifferencesAdditionalProperty",
    "JobComparisonSeries",
    "JobComparisonSeriesAdditionalProperty",
    "JobCreate",
    "JobCreateMetadata",
    "JobCreateMethod",
    "JobDataset",
    "JobListed",
    "JobListedCurrentMetrics",
    "JobListedMetadata",
    "JobListedMethod",
    "JobOverrides",
    "JobOverridesMetadataType0",
    "JobOverridesMethodType0",
    "JobPage",
    "JobRead",
    "JobReadCurrentMetrics",
    "JobReadMetadata",
    "JobReadMethod",
    "JobRetry",
    "JobStatus",
    "Limits",
    "Lineage",
    "ListJobEventsTypesItem",
    "ListModelsSort",
    "Live",
    "LogLevel",
    "LogLineRead",
    "LogPage",
    "LrScheduler",
    "Manifest",
    "ManifestDataset",
    "ManifestFile",
    "ManifestVersions",
    "MeRead",
    "MetricsPointRead",
    "MetricsRead",
    "ModelDetail",
    "ModelDetailArtifacts",
    "ModelDownload",
    "ModelFiles",
    "ModelFilesDownloadUrls",
    "ModelPage",
    "ModelRead",
    "ModelReadArtifacts",
    "ModelUpdate",
    "MultipartUpload",
    "NotificationPage",
    "NotificationPreferences",
    "NotificationRead",
    "NotificationReadMetadata",
    "NotificationReadPriority",
    "NotificationsRead",
    "NotificationType",
    "Pagination",
    "Part",
    "PartStatus",
    "Period",
    "PresetHyperparameters",
    "PresetId",
    "PresetOption",
    "PreviewRecord",
    "PreviewRecordMessagesItem",
    "QualityMetrics",
    "Ready",
    "ReadyParts",
    "ReadyStatus",
    "RepairCreate",
    "RepairCreateActions",
    "RepairCreateActionsAdditionalProperty",
    "ReportFormat",
    "Routes",
    "Scope",
    "SentPart",
    "Simulate",
    "SliderOption",
    "Stage",
    "StreamTokenRead",
    "TrainingDetails",
    "TrainingOptions",
    "TrainingSummary",
    "Upload",
    "UploadHeaders",
    "UploadPart",
    "UploadPartHeaders",
    "UserEventPage",
    "UserEventRead",
    "UserEventReadData",
    "UserEventReadType",
    "Verification",
    "WebhookCreate",
    "WebhookOne",
    "WebhookPage",
    "WebhookRead",
    "WebhookSecret",
    "WebhookUpdate",
    "WebhookWithSecret",
)
