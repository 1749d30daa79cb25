export type ClientOptions = {
    baseUrl: `${string}://${string}` | (string & {});
};
/**
 * AccountLimits
 *
 * The most that you may have at a time; null where there is no limit.
 */
export type AccountLimits = {
    /**
     * Api Keys
     */
    api_keys: number;
    /**
     * Open Uploads
     */
    open_uploads: number;
    /**
     * Queued Jobs
     */
    queued_jobs: number;
    /**
     * Requests Per Minute
     */
    requests_per_minute: number | null;
    /**
     * Running Jobs
     */
    running_jobs: number | null;
    /**
     * Stored Bytes
     */
    stored_bytes: number;
    /**
     * Upload Bytes
     *
     * The largest file.
     */
    upload_bytes: number;
    /**
     * Webhooks
     */
    webhooks: number;
};
/**
 * AccountUsage
 *
 * What you have of it now.
 */
export type AccountUsage = {
    /**
     * Api Keys
     */
    api_keys: number;
    /**
     * Open Uploads
     */
    open_uploads: number;
    /**
     * Queued Jobs
     */
    queued_jobs: number;
    /**
     * Running Jobs
     */
    running_jobs: number;
    /**
     * Stored Bytes
     *
     * Your datasets, deleted ones until they are purged.
     */
    stored_bytes: number;
    /**
     * Webhooks
     */
    webhooks: number;
};
/**
 * ApiKeyCreate
 *
 * A key that a script will use.
 */
export type ApiKeyCreate = {
    /**
     * Expires At
     */
    expires_at?: string | null;
    /**
     * Name
     */
    name: string;
    /**
     * Scopes
     */
    scopes?: Array<Scope>;
};
/**
 * ApiKeyCreated
 *
 * The new key.
 */
export type ApiKeyCreated = {
    api_key: ApiKeyWithSecret;
};
/**
 * ApiKeyOne
 *
 * One key.
 */
export type ApiKeyOne = {
    api_key: ApiKeyRead;
};
/**
 * ApiKeyPage
 *
 * A page of keys.
 */
export type ApiKeyPage = {
    /**
     * Api Keys
     */
    api_keys: Array<ApiKeyRead>;
    pagination: Pagination;
};
/**
 * ApiKeyRead
 *
 * A key as lists show it: never its secret.
 */
export type ApiKeyRead = {
    /**
     * Created At
     */
    created_at: string;
    /**
     * Expires At
     */
    expires_at: string | null;
    /**
     * Id
     */
    id: string;
    /**
     * Last Used At
     *
     * To the minute.
     */
    last_used_at: string | null;
    /**
     * Name
     */
    name: string;
    /**
     * Prefix
     *
     * How the secret begins.
     */
    prefix: string;
    /**
     * Scopes
     */
    scopes: Array<Scope>;
};
/**
 * ApiKeyWithSecret
 *
 * A key that was just made.
 */
export type ApiKeyWithSecret = {
    /**
     * Created At
     */
    created_at: string;
    /**
     * Expires At
     */
    expires_at: string | null;
    /**
     * Id
     */
    id: string;
    /**
     * Last Used At
     *
     * To the minute.
     */
    last_used_at: string | null;
    /**
     * Name
     */
    name: string;
    /**
     * Prefix
     *
     * How the secret begins.
     */
    prefix: string;
    /**
     * Scopes
     */
    scopes: Array<Scope>;
    /**
     * Secret
     *
     * Shown this once; null when the request is repeated with its key.
     */
    secret?: string | null;
};
/**
 * BaseModelRead
 *
 * A base model with the figures of its published configuration.
 */
export type BaseModelRead = {
    /**
     * Attention Heads
     */
    attention_heads: number;
    /**
     * Chat Template
     */
    chat_template: string;
    /**
     * Context Length
     */
    context_length: number;
    /**
     * Gated
     */
    gated: boolean;
    /**
     * Hidden Size
     */
    hidden_size: number;
    /**
     * Hub Id
     */
    hub_id: string | null;
    /**
     * Id
     */
    id: string;
    /**
     * Intermediate Size
     */
    intermediate_size: number;
    /**
     * Is Default
     */
    is_default: boolean;
    /**
     * Key Value Heads
     */
    key_value_heads: number;
    /**
     * Layers
     */
    layers: number;
    /**
     * License
     */
    license: string;
    /**
     * Name
     */
    name: string;
    /**
     * Parameters
     */
    parameters: number;
    /**
     * Revision
     */
    revision: string | null;
    /**
     * Vocabulary Size
     */
    vocabulary_size: number;
};
/**
 * BaseModels
 *
 * The catalogue.
 */
export type BaseModels = {
    /**
     * Base Models
     */
    base_models: Array<BaseModelRead>;
};
/**
 * BudgetRead
 *
 * Your monthly budget, and what is spent of it.
 */
export type BudgetRead = {
    /**
     * Block Above
     */
    block_above: boolean;
    /**
     * Monthly Usd
     */
    monthly_usd: number | null;
    /**
     * Spent Usd
     *
     * Charged this month, with what active jobs have cost so far.
     */
    spent_usd: number;
};
/**
 * BudgetUpdate
 *
 * What you mean to spend in a calendar month (UTC); null for no budget.
 */
export type BudgetUpdate = {
    /**
     * Block Above
     *
     * Refuse jobs that would go beyond it.
     */
    block_above?: boolean;
    /**
     * Monthly Usd
     */
    monthly_usd: number | string | null;
};
/**
 * ChartPoint
 *
 * One bar of a cost chart: a day, a cost type or a job.
 */
export type ChartPoint = {
    /**
     * Amount
     */
    amount: number;
    /**
     * Date
     */
    date: string | string;
};
/**
 * CheckpointList
 *
 * A job's checkpoints, newest first.
 */
export type CheckpointList = {
    /**
     * Checkpoints
     */
    checkpoints: Array<CheckpointRead>;
};
/**
 * CheckpointRead
 *
 * A point from which the training can go on.
 */
export type CheckpointRead = {
    /**
     * Attempt
     */
    attempt: number;
    /**
     * Epoch
     */
    epoch: number | null;
    /**
     * Is Kept
     *
     * False once newer ones replaced it in the store.
     */
    is_kept: boolean;
    /**
     * Size Bytes
     */
    size_bytes: number | null;
    /**
     * Step
     */
    step: number;
    /**
     * Stored At
     */
    stored_at: string;
    /**
     * Training Loss
     */
    training_loss: number | null;
    /**
     * Validation Loss
     */
    validation_loss: number | null;
};
/**
 * ClientAdvice
 *
 * How a frontend should behave.
 */
export type ClientAdvice = {
    /**
     * Active Statuses
     */
    active_statuses: Array<JobStatus>;
    /**
     * Estimate Debounce Ms
     */
    estimate_debounce_ms: number;
    /**
     * Poll Interval Seconds
     */
    poll_interval_seconds: number;
    /**
     * Terminal Statuses
     */
    terminal_statuses: Array<JobStatus>;
};
/**
 * Configuration
 *
 * What a model was trained with.
 */
export type Configuration = {
    /**
     * Base Model
     */
    base_model?: string | null;
    gpu_config: GpuConfig;
    hyperparameters: HyperparametersRead;
    preset_id: PresetId;
};
/**
 * CostBreakdown
 *
 * What the estimate is made of, USD.
 */
export type CostBreakdown = {
    /**
     * Compute
     */
    compute: number;
    /**
     * Storage
     */
    storage: number;
};
/**
 * CostRecordRead
 *
 * One charge, USD.
 */
export type CostRecordRead = {
    /**
     * Amount
     */
    amount: number;
    /**
     * Billing Period
     */
    billing_period: string;
    cost_type: CostType;
    /**
     * Details
     */
    details: {
        [key: string]: unknown;
    };
    /**
     * Id
     */
    id: string;
    /**
     * Job Id
     */
    job_id: string;
    /**
     * Recorded At
     */
    recorded_at: string;
};
/**
 * CostType
 *
 * What money was charged for.
 */
export type CostType = 'training_compute' | 'storage';
/**
 * CostsRead
 *
 * What was charged in a period; the chart's amounts sum to `total_cost`.
 */
export type CostsRead = {
    /**
     * Chart Data
     */
    chart_data: Array<ChartPoint>;
    /**
     * Cost By Type
     */
    cost_by_type: {
        [key in CostType]?: number;
    };
    /**
     * Records
     */
    records: Array<CostRecordRead>;
    /**
     * Total Cost
     */
    total_cost: number;
};
/**
 * Data[ApiKeyCreated]
 */
export type DataApiKeyCreated = {
    data: ApiKeyCreated;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[ApiKeyOne]
 */
export type DataApiKeyOne = {
    data: ApiKeyOne;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[ApiKeyPage]
 */
export type DataApiKeyPage = {
    data: ApiKeyPage;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[BaseModels]
 */
export type DataBaseModels = {
    data: BaseModels;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[BudgetRead]
 */
export type DataBudgetRead = {
    data: BudgetRead;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[CheckpointList]
 */
export type DataCheckpointList = {
    data: CheckpointList;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[CostsRead]
 */
export type DataCostsRead = {
    data: CostsRead;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[DatasetCreated]
 */
export type DataDatasetCreated = {
    data: DatasetCreated;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[DatasetOne]
 */
export type DataDatasetOne = {
    data: DatasetOne;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[DatasetPage]
 */
export type DataDatasetPage = {
    data: DatasetPage;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[DatasetPreview]
 */
export type DataDatasetPreview = {
    data: DatasetPreview;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[DatasetReport]
 */
export type DataDatasetReport = {
    data: DatasetReport;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[DatasetUpload]
 */
export type DataDatasetUpload = {
    data: DatasetUpload;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[DeliveryOne]
 */
export type DataDeliveryOne = {
    data: DeliveryOne;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[DeliveryPage]
 */
export type DataDeliveryPage = {
    data: DeliveryPage;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[Download]
 */
export type DataDownload = {
    data: Download;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[ErasureRead]
 */
export type DataErasureRead = {
    data: ErasureRead;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[EstimateRead]
 */
export type DataEstimateRead = {
    data: EstimateRead;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[EventPage]
 */
export type DataEventPage = {
    data: EventPage;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[JobComparison]
 */
export type DataJobComparison = {
    data: JobComparison;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[JobPage]
 */
export type DataJobPage = {
    data: JobPage;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[JobRead]
 */
export type DataJobRead = {
    data: JobRead;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[Live]
 */
export type DataLive = {
    data: Live;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[LogPage]
 */
export type DataLogPage = {
    data: LogPage;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[MeRead]
 */
export type DataMeRead = {
    data: MeRead;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[MetricsRead]
 */
export type DataMetricsRead = {
    data: MetricsRead;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[ModelDetail]
 */
export type DataModelDetail = {
    data: ModelDetail;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[ModelFiles]
 */
export type DataModelFiles = {
    data: ModelFiles;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[ModelPage]
 */
export type DataModelPage = {
    data: ModelPage;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[ModelRead]
 */
export type DataModelRead = {
    data: ModelRead;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[NotificationPage]
 */
export type DataNotificationPage = {
    data: NotificationPage;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[NotificationPreferences]
 */
export type DataNotificationPreferences = {
    data: NotificationPreferences;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[NotificationRead]
 */
export type DataNotificationRead = {
    data: NotificationRead;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[NotificationsRead]
 */
export type DataNotificationsRead = {
    data: NotificationsRead;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[Ready]
 */
export type DataReady = {
    data: Ready;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[StreamTokenRead]
 */
export type DataStreamTokenRead = {
    data: StreamTokenRead;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[TrainingOptions]
 */
export type DataTrainingOptions = {
    data: TrainingOptions;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[UserEventPage]
 */
export type DataUserEventPage = {
    data: UserEventPage;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[WebhookOne]
 */
export type DataWebhookOne = {
    data: WebhookOne;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[WebhookPage]
 */
export type DataWebhookPage = {
    data: WebhookPage;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * Data[WebhookSecret]
 */
export type DataWebhookSecret = {
    data: WebhookSecret;
    /**
     * Message
     */
    message?: string | null;
    /**
     * Success
     */
    success: true;
};
/**
 * DatasetConfirm
 *
 * Nothing needs to be said; `parts` insists on the very parts that were sent.
 */
export type DatasetConfirm = {
    /**
     * Parts
     *
     * Without it the service asks the store which parts it holds.
     */
    parts?: Array<SentPart> | null;
};
/**
 * DatasetCreate
 *
 * A file that is about to be uploaded.
 */
export type DatasetCreate = {
    /**
     * Checksum Sha256
     */
    checksum_sha256?: string | null;
    /**
     * Description
     */
    description?: string | null;
    /**
     * File Name
     */
    file_name: string;
    /**
     * File Size
     *
     * Exact size in bytes.
     */
    file_size: number;
    format?: DatasetFormat;
    /**
     * Metadata
     */
    metadata?: {
        [key: string]: string;
    };
    /**
     * Name
     */
    name: string;
    /**
     * Validation Split
     */
    validation_split?: number;
};
/**
 * DatasetCreated
 *
 * The new dataset and where its file goes.
 */
export type DatasetCreated = {
    dataset: DatasetRead;
    /**
     * Storagepath
     */
    storagePath: string;
    upload: Upload;
    /**
     * Uploadurl
     */
    uploadUrl: string;
};
/**
 * DatasetFormat
 *
 * The shape that an upload is announced to have.
 */
export type DatasetFormat = 'brightrun_lora_v4' | 'auto' | 'messages' | 'turns' | 'sharegpt' | 'prompt_completion' | 'alpaca' | 'brightrun_lora_v3';
/**
 * DatasetOne
 *
 * One dataset.
 */
export type DatasetOne = {
    dataset: DatasetRead;
};
/**
 * DatasetPage
 *
 * A page of datasets.
 */
export type DatasetPage = {
    /**
     * Datasets
     */
    datasets: Array<DatasetSummary>;
    pagination: Pagination;
};
/**
 * DatasetPreview
 *
 * Some of the first examples of a dataset.
 */
export type DatasetPreview = {
    /**
     * Base Model
     */
    base_model: string;
    /**
     * Max Seq Length
     */
    max_seq_length: number;
    /**
     * Offset
     */
    offset: number;
    /**
     * Records
     */
    records: Array<PreviewRecord>;
    /**
     * Rendering
     *
     * `model`: by the base model's own template and tokenizer, exactly as in training. `generic`: its files are not on this machine; a neutral template and estimated tokens stand in.
     */
    rendering: 'model' | 'generic';
    /**
     * Token Count Method
     */
    token_count_method: string;
    /**
     * Total
     *
     * How many examples are kept: the first 1,000, or 16 MiB of them.
     */
    total: number;
};
/**
 * DatasetRead
 *
 * A dataset in full.
 */
export type DatasetRead = {
    /**
     * Avg Tokens Per Turn
     */
    avg_tokens_per_turn: number | null;
    /**
     * Avg Turns Per Conversation
     */
    avg_turns_per_conversation: number | null;
    /**
     * Checksum Sha256
     */
    checksum_sha256: string | null;
    /**
     * Content Sha256
     */
    content_sha256: string | null;
    /**
     * Created At
     */
    created_at: string;
    /**
     * Deleted At
     */
    deleted_at: string | null;
    /**
     * Description
     */
    description: string | null;
    /**
     * Detected Format
     */
    detected_format: string | null;
    /**
     * Error Count
     */
    error_count: number;
    /**
     * Error Message
     */
    error_message: string | null;
    /**
     * File Name
     */
    file_name: string;
    /**
     * File Size
     */
    file_size: number;
    format: DatasetFormat;
    /**
     * Id
     */
    id: string;
    /**
     * Metadata
     */
    metadata: {
        [key: string]: string;
    };
    /**
     * Name
     */
    name: string;
    /**
     * Repair Plan
     *
     * What was done for which code.
     */
    repair_plan: {
        [key: string]: string;
    } | null;
    /**
     * Repair Summary
     *
     * Records kept, mended and dropped, by code, and the first changes.
     */
    repair_summary: {
        [key: string]: unknown;
    } | null;
    /**
     * Repaired From
     *
     * The dataset that this one was made of.
     */
    repaired_from: string | null;
    /**
     * Sample Data
     *
     * The first 3 records.
     */
    sample_data: Array<{
        [key: string]: unknown;
    }> | null;
    status: DatasetStatus;
    /**
     * Storage Bucket
     */
    storage_bucket: string;
    /**
     * Storage Path
     */
    storage_path: string;
    /**
     * Token Count Method
     */
    token_count_method: string | null;
    /**
     * Total Conversations
     */
    total_conversations: number | null;
    /**
     * Total Pairs
     */
    total_pairs: number | null;
    /**
     * Total Tokens
     */
    total_tokens: number | null;
    /**
     * Total Training Pairs
     */
    total_training_pairs: number | null;
    /**
     * Total Turns
     */
    total_turns: number | null;
    /**
     * Total Validation Pairs
     */
    total_validation_pairs: number | null;
    /**
     * Training Ready
     */
    training_ready: boolean;
    /**
     * Updated At
     */
    updated_at: string;
    /**
     * User Id
     */
    user_id: string;
    /**
     * Validated At
     */
    validated_at: string | null;
    /**
     * Validation Errors
     *
     * The first 100 findings.
     */
    validation_errors: Array<FindingRead> | null;
    /**
     * Validation Progress
     *
     * Percent of the file that was checked.
     */
    validation_progress: number;
    /**
     * Validation Split
     */
    validation_split: number;
    /**
     * Warning Count
     */
    warning_count: number;
};
/**
 * DatasetReport
 *
 * Stored findings page by page, with exact counts of all.
 */
export type DatasetReport = {
    /**
     * Counts
     *
     * Findings by code, exact.
     */
    counts: {
        [key: string]: number;
    };
    /**
     * Findings
     */
    findings: Array<FindingRead>;
    pagination: Pagination;
    /**
     * Statistics
     */
    statistics: {
        [key: string]: unknown;
    } | null;
};
/**
 * DatasetStatus
 *
 * Where a dataset stands.
 */
export type DatasetStatus = 'uploading' | 'validating' | 'ready' | 'error';
/**
 * DatasetSummary
 *
 * A dataset as lists show it.
 */
export type DatasetSummary = {
    /**
     * Avg Tokens Per Turn
     */
    avg_tokens_per_turn: number | null;
    /**
     * Avg Turns Per Conversation
     */
    avg_turns_per_conversation: number | null;
    /**
     * Checksum Sha256
     */
    checksum_sha256: string | null;
    /**
     * Content Sha256
     */
    content_sha256: string | null;
    /**
     * Created At
     */
    created_at: string;
    /**
     * Deleted At
     */
    deleted_at: string | null;
    /**
     * Description
     */
    description: string | null;
    /**
     * Detected Format
     */
    detected_format: string | null;
    /**
     * Error Count
     */
    error_count: number;
    /**
     * Error Message
     */
    error_message: string | null;
    /**
     * File Name
     */
    file_name: string;
    /**
     * File Size
     */
    file_size: number;
    format: DatasetFormat;
    /**
     * Id
     */
    id: string;
    /**
     * Metadata
     */
    metadata: {
        [key: string]: string;
    };
    /**
     * Name
     */
    name: string;
    status: DatasetStatus;
    /**
     * Storage Bucket
     */
    storage_bucket: string;
    /**
     * Storage Path
     */
    storage_path: string;
    /**
     * Token Count Method
     */
    token_count_method: string | null;
    /**
     * Total Conversations
     */
    total_conversations: number | null;
    /**
     * Total Pairs
     */
    total_pairs: number | null;
    /**
     * Total Tokens
     */
    total_tokens: number | null;
    /**
     * Total Training Pairs
     */
    total_training_pairs: number | null;
    /**
     * Total Turns
     */
    total_turns: number | null;
    /**
     * Total Validation Pairs
     */
    total_validation_pairs: number | null;
    /**
     * Training Ready
     */
    training_ready: boolean;
    /**
     * Updated At
     */
    updated_at: string;
    /**
     * User Id
     */
    user_id: string;
    /**
     * Validated At
     */
    validated_at: string | null;
    /**
     * Validation Progress
     *
     * Percent of the file that was checked.
     */
    validation_progress: number;
    /**
     * Validation Split
     */
    validation_split: number;
    /**
     * Warning Count
     */
    warning_count: number;
};
/**
 * DatasetUpdate
 *
 * What shall change; what is left out stays, and a description of null is removed.
 */
export type DatasetUpdate = {
    /**
     * Description
     */
    description?: string | null;
    /**
     * Metadata
     *
     * Takes the place of all pairs.
     */
    metadata?: {
        [key: string]: string;
    };
    /**
     * Name
     */
    name?: string;
};
/**
 * DatasetUpload
 *
 * Fresh upload instructions.
 */
export type DatasetUpload = {
    upload: Upload;
};
/**
 * DeliveryOne
 *
 * One delivery.
 */
export type DeliveryOne = {
    delivery: DeliveryRead;
};
/**
 * DeliveryPage
 *
 * A page of deliveries.
 */
export type DeliveryPage = {
    /**
     * Deliveries
     */
    deliveries: Array<DeliveryRead>;
    pagination: Pagination;
};
/**
 * DeliveryRead
 *
 * One message for one webhook, and what came of it.
 */
export type DeliveryRead = {
    /**
     * Body
     *
     * What is sent, byte for byte.
     */
    body: string;
    /**
     * Created At
     */
    created_at: string;
    /**
     * Delivered At
     */
    delivered_at: string | null;
    /**
     * Id
     */
    id: string;
    /**
     * Log
     *
     * The last 20 tries, the oldest first.
     */
    log: Array<DeliveryTry>;
    /**
     * Message Id
     *
     * The header `webhook-id` of every try.
     */
    message_id: string;
    /**
     * Next Attempt At
     */
    next_attempt_at: string | null;
    status: DeliveryStatus;
    /**
     * Tries
     *
     * Since it was made or redelivered.
     */
    tries: number;
    type: NotificationType;
    /**
     * Updated At
     */
    updated_at: string;
    /**
     * User Id
     */
    user_id: string;
    /**
     * Webhook Id
     */
    webhook_id: string;
};
/**
 * DeliveryStatus
 *
 * Whether a message arrived, or is still tried.
 */
export type DeliveryStatus = 'pending' | 'delivered' | 'failed';
/**
 * DeliveryTry
 *
 * One try to deliver a message.
 */
export type DeliveryTry = {
    /**
     * At
     */
    at: string;
    /**
     * Error
     *
     * Why there was none.
     */
    error: string | null;
    /**
     * Response
     *
     * The first 500 characters of the answer.
     */
    response: string;
    /**
     * Seconds
     */
    seconds: number;
    /**
     * Status Code
     *
     * Null when there was no complete answer.
     */
    status_code: number | null;
};
/**
 * DisplayRule
 *
 * How one figure of an estimate is shown.
 */
export type DisplayRule = {
    /**
     * Field
     */
    field: string;
    /**
     * Format
     */
    format: string;
    /**
     * Label
     */
    label: string;
};
/**
 * Download
 *
 * A URL that carries its own permission for an hour.
 */
export type Download = {
    /**
     * Expires At
     */
    expires_at: string;
    /**
     * File Name
     */
    file_name: string;
    /**
     * Url
     */
    url: string;
};
/**
 * EarlyStopping
 *
 * Stop when validation loss has not improved for `patience` evaluations.
 */
export type EarlyStopping = {
    /**
     * Min Delta
     */
    min_delta?: number;
    /**
     * Patience
     */
    patience?: number;
};
/**
 * Erase
 *
 * A word that nobody sends by accident.
 */
export type Erase = {
    /**
     * Confirm
     */
    confirm: 'delete all my data';
};
/**
 * ErasureRead
 *
 * What was removed, and, counted anew afterwards, what is left.
 */
export type ErasureRead = {
    /**
     * Erased At
     */
    erased_at: string;
    /**
     * Objects
     *
     * Removed objects, by bucket.
     */
    objects: {
        [key: string]: number;
    };
    /**
     * Objects Left
     */
    objects_left: number;
    /**
     * Rows
     *
     * Removed rows, by table.
     */
    rows: {
        [key: string]: number;
    };
    /**
     * Rows Left
     */
    rows_left: number;
    /**
     * User Id
     */
    user_id: string;
};
/**
 * EstimateCreate
 *
 * What is to be priced.
 */
export type EstimateCreate = {
    /**
     * Base Model
     */
    base_model?: string | null;
    /**
     * Dataset Id
     */
    dataset_id: string;
    gpu_config: GpuConfig;
    hyperparameters?: Hyperparameters;
    /**
     * Max Seq Length
     */
    max_seq_length?: number | null;
    /**
     * Method
     *
     * qlora keeps the base model in 4 bits, on a CUDA GPU.
     */
    method?: 'lora' | 'qlora';
};
/**
 * EstimateRead
 *
 * Price and duration of a plan.
 */
export type EstimateRead = {
    cost_breakdown: CostBreakdown;
    /**
     * Estimated Cost
     */
    estimated_cost: number;
    /**
     * Estimated Duration Hours
     */
    estimated_duration_hours: number;
    /**
     * Hourly Rate
     */
    hourly_rate: number;
    training_details: TrainingDetails;
    /**
     * Warnings
     */
    warnings: Array<string>;
};
/**
 * EventPage
 *
 * Events in the order of their `seq`.
 */
export type EventPage = {
    /**
     * Events
     */
    events: Array<EventRead>;
};
/**
 * EventRead
 *
 * One thing that happened to a job.
 */
export type EventRead = {
    /**
     * At
     */
    at: string;
    /**
     * Data
     */
    data: {
        [key: string]: unknown;
    };
    /**
     * Seq
     */
    seq: number;
    /**
     * Type
     */
    type: 'status' | 'stage' | 'attempt' | 'progress' | 'metric' | 'log' | 'checkpoint' | 'cost' | 'artifact' | 'end';
};
/**
 * Failure
 *
 * The envelope of every failure.
 */
export type Failure = {
    /**
     * Code
     *
     * Stable, for programs.
     */
    code: string;
    /**
     * Details
     *
     * What exactly is wrong; for validation errors, messages by dotted field path.
     */
    details: string | {
        [key: string]: Array<string>;
    };
    /**
     * Error
     *
     * A short human sentence.
     */
    error: string;
    /**
     * Request Id
     */
    request_id: string;
    /**
     * Success
     */
    success: false;
};
/**
 * FindingRead
 *
 * One thing that validation found, with its place and how to mend it.
 */
export type FindingRead = {
    /**
     * Code
     */
    code: string;
    /**
     * Column
     */
    column: number | null;
    /**
     * Line
     *
     * Physical line of the file, from 1; blank lines count.
     */
    line: number;
    /**
     * Message
     */
    message: string;
    /**
     * Pointer
     *
     * JSON pointer into the record.
     */
    pointer: string;
    severity: FindingSeverity;
    /**
     * Snippet
     */
    snippet: string;
    /**
     * Suggestion
     */
    suggestion: string;
};
/**
 * FindingSeverity
 *
 * How bad a finding is: only an error keeps a dataset from being trained on.
 */
export type FindingSeverity = 'error' | 'warning' | 'info';
/**
 * GpuConfig
 *
 * The price tag: which GPUs, and how many.
 */
export type GpuConfig = {
    /**
     * Count
     */
    count?: number;
    type: GpuType;
};
/**
 * GpuCountOption
 *
 * How many GPUs.
 */
export type GpuCountOption = {
    /**
     * Default
     */
    default: number;
    /**
     * Help
     */
    help: string;
    /**
     * Max
     */
    max: number;
    /**
     * Min
     */
    min: number;
    /**
     * Step
     */
    step: number;
};
/**
 * GpuOption
 *
 * A GPU type with its price, USD per GPU-hour.
 */
export type GpuOption = {
    /**
     * Description
     */
    description: string;
    /**
     * Hourly Rate
     */
    hourly_rate: number;
    id: GpuType;
    /**
     * Is Default
     */
    is_default: boolean;
    /**
     * Label
     */
    label: string;
    /**
     * Memory Gb
     */
    memory_gb: number;
    /**
     * Throughput Tokens Per Sec
     */
    throughput_tokens_per_sec: number;
};
/**
 * GpuType
 *
 * A GPU that a job can be priced on.
 */
export type GpuType = 'A100-80GB' | 'A100-40GB' | 'H100' | 'V100-32GB';
/**
 * Grouping
 *
 * What one bar of the chart stands for.
 */
export type Grouping = 'day' | 'type' | 'job';
/**
 * Hardware
 *
 * What training really ran on, whatever was priced.
 */
export type Hardware = {
    /**
     * Count
     */
    count: number;
    /**
     * Device
     */
    device: string;
    /**
     * Memory Gb
     */
    memory_gb: number | null;
    /**
     * Name
     */
    name: string;
};
/**
 * HyperparameterOption
 *
 * One knob: what the API accepts, and what a slider offers.
 */
export type HyperparameterOption = {
    /**
     * Choices
     */
    choices: Array<string>;
    /**
     * Default
     */
    default: number | number | string | null;
    /**
     * Display Decimals
     */
    display_decimals: number;
    /**
     * Help
     */
    help: string;
    /**
     * Max
     */
    max: number | null;
    /**
     * Min
     */
    min: number | null;
    /**
     * Name
     */
    name: string;
    slider: SliderOption | null;
    /**
     * Step
     */
    step: number | null;
    /**
     * Type
     */
    type: 'number' | 'integer' | 'string';
};
/**
 * Hyperparameters
 *
 * Missing values come from the preset; values that differ from it make the preset custom.
 */
export type Hyperparameters = {
    /**
     * Alpha
     */
    alpha?: number | null;
    /**
     * Batch Size
     */
    batch_size?: number | null;
    /**
     * Dropout
     */
    dropout?: number | null;
    early_stopping?: EarlyStopping | null;
    /**
     * Epochs
     */
    epochs?: number | null;
    /**
     * Eval Steps
     */
    eval_steps?: number | null;
    /**
     * Learning Rate
     */
    learning_rate?: number | null;
    lr_scheduler?: LrScheduler | null;
    /**
     * Max Grad Norm
     */
    max_grad_norm?: number | null;
    /**
     * Max Seq Length
     */
    max_seq_length?: number | null;
    /**
     * Rank
     */
    rank?: number | null;
    /**
     * Seed
     */
    seed?: number | null;
    /**
     * Target Modules
     */
    target_modules?: Array<string> | null;
    /**
     * Use Dora
     */
    use_dora?: boolean | null;
    /**
     * Use Rslora
     */
    use_rslora?: boolean | null;
    /**
     * Warmup Ratio
     */
    warmup_ratio?: number | null;
    /**
     * Weight Decay
     */
    weight_decay?: number | null;
};
/**
 * HyperparametersRead
 *
 * The resolved values a job trains with; optional ones are left out when nobody set them.
 */
export type HyperparametersRead = {
    /**
     * Alpha
     */
    alpha: number;
    /**
     * Batch Size
     */
    batch_size: number;
    /**
     * Dropout
     */
    dropout: number;
    early_stopping?: EarlyStopping | null;
    /**
     * Epochs
     */
    epochs: number;
    /**
     * Eval Steps
     */
    eval_steps?: number | null;
    /**
     * Learning Rate
     */
    learning_rate: number;
    lr_scheduler?: LrScheduler | null;
    /**
     * Max Grad Norm
     */
    max_grad_norm?: number | null;
    /**
     * Max Seq Length
     */
    max_seq_length?: number | null;
    /**
     * Rank
     */
    rank: number;
    /**
     * Seed
     */
    seed?: number | null;
    /**
     * Target Modules
     */
    target_modules?: Array<string> | null;
    /**
     * Use Dora
     */
    use_dora?: boolean | null;
    /**
     * Use Rslora
     */
    use_rslora?: boolean | null;
    /**
     * Warmup Ratio
     */
    warmup_ratio?: number | null;
    /**
     * Weight Decay
     */
    weight_decay?: number | null;
};
/**
 * JobCancel
 *
 * Why the job is cancelled, for your own records.
 */
export type JobCancel = {
    /**
     * Notes
     */
    notes?: string | null;
    /**
     * Reason
     */
    reason?: string | null;
};
/**
 * JobComparison
 *
 * Jobs side by side; every series has a value, or null, for each of `steps`.
 */
export type JobComparison = {
    /**
     * Differences
     *
     * Settings that are not the same in all, by job id.
     */
    differences: {
        [key: string]: {
            [key: string]: unknown;
        };
    };
    /**
     * Jobs
     */
    jobs: Array<JobListed>;
    /**
     * Series
     *
     * By measure, then by job id.
     */
    series: {
        [key: string]: {
            [key: string]: Array<number | null>;
        };
    };
    /**
     * Steps
     */
    steps: Array<number>;
};
/**
 * JobCreate
 *
 * What is to be trained, on what, and at most for how much.
 */
export type JobCreate = {
    /**
     * Base Model
     */
    base_model?: string | null;
    /**
     * Dataset Id
     */
    dataset_id: string;
    /**
     * Estimated Cost
     *
     * Accepted for older frontends and ignored: the server prices the job.
     */
    estimated_cost?: unknown;
    /**
     * Eval Prompts
     *
     * Replied to before, after each epoch and at the end; in the model's `samples.jsonl`.
     */
    eval_prompts?: Array<string>;
    gpu_config: GpuConfig;
    hyperparameters?: Hyperparameters;
    /**
     * Max Cost Usd
     *
     * Hard cap on everything charged.
     */
    max_cost_usd?: number | string | null;
    /**
     * Metadata
     */
    metadata?: {
        [key: string]: string | Simulate;
    };
    /**
     * Method
     *
     * qlora keeps the base model in 4 bits, on a CUDA GPU.
     */
    method?: 'lora' | 'qlora';
    /**
     * Name
     */
    name?: string | null;
    preset_id?: PresetId;
};
/**
 * JobDataset
 *
 * The dataset a job trains on.
 */
export type JobDataset = {
    /**
     * Format
     */
    format: string;
    /**
     * Id
     */
    id: string;
    /**
     * Name
     */
    name: string;
    /**
     * Total Training Pairs
     */
    total_training_pairs: number | null;
};
/**
 * JobListed
 *
 * A job with its dataset.
 */
export type JobListed = {
    /**
     * Artifact Id
     */
    artifact_id: string | null;
    /**
     * Attempt
     */
    attempt: number;
    /**
     * Backend
     */
    backend: string;
    /**
     * Base Model
     */
    base_model: string;
    /**
     * Cancel Notes
     */
    cancel_notes: string | null;
    /**
     * Cancel Reason
     */
    cancel_reason: string | null;
    /**
     * Cancel Requested At
     */
    cancel_requested_at: string | null;
    /**
     * Completed At
     */
    completed_at: string | null;
    /**
     * Created At
     */
    created_at: string;
    /**
     * Current Cost
     */
    current_cost: number;
    /**
     * Current Epoch
     */
    current_epoch: number;
    /**
     * Current Metrics
     */
    current_metrics: {
        [key: string]: number | number | null;
    };
    current_stage: Stage;
    /**
     * Current Step
     */
    current_step: number;
    dataset: JobDataset;
    /**
     * Dataset Id
     */
    dataset_id: string;
    /**
     * Dataset Sha256
     */
    dataset_sha256: string;
    /**
     * Error Message
     */
    error_message: string | null;
    /**
     * Estimated Completion At
     */
    estimated_completion_at: string | null;
    /**
     * Estimated Total Cost
     */
    estimated_total_cost: number;
    /**
     * Eval Prompts
     */
    eval_prompts: Array<string>;
    /**
     * Expected Start At
     *
     * An estimate, while the job is queued.
     */
    expected_start_at: string | null;
    /**
     * External Job Id
     */
    external_job_id: string | null;
    /**
     * Failure Code
     */
    failure_code: string | null;
    /**
     * Final Cost
     */
    final_cost: number | null;
    gpu_config: GpuConfig;
    hardware: Hardware | null;
    /**
     * Hourly Rate
     */
    hourly_rate: number;
    hyperparameters: HyperparametersRead;
    /**
     * Id
     */
    id: string;
    /**
     * Max Cost Usd
     */
    max_cost_usd: number | null;
    /**
     * Metadata
     */
    metadata: {
        [key: string]: unknown;
    };
    /**
     * Method
     */
    method: 'lora' | 'qlora';
    /**
     * Name
     */
    name: string | null;
    /**
     * Parent Job Id
     */
    parent_job_id: string | null;
    preset_id: PresetId;
    /**
     * Progress
     */
    progress: number;
    /**
     * Queue Position
     *
     * From 1, while the job is queued.
     */
    queue_position: number | null;
    /**
     * Queued At
     */
    queued_at: string;
    /**
     * Remedies
     */
    remedies: Array<string>;
    /**
     * Retry Count
     */
    retry_count: number;
    /**
     * Started At
     */
    started_at: string | null;
    status: JobStatus;
    /**
     * Total Epochs
     */
    total_epochs: number;
    /**
     * Total Steps
     */
    total_steps: number;
    /**
     * Updated At
     */
    updated_at: string;
    /**
     * User Id
     */
    user_id: string;
    /**
     * Warnings
     */
    warnings: Array<string>;
};
/**
 * JobOverrides
 *
 * What shall be different this time.
 */
export type JobOverrides = {
    /**
     * Base Model
     */
    base_model?: string | null;
    gpu_config?: GpuConfig | null;
    hyperparameters?: Hyperparameters;
    /**
     * Max Cost Usd
     */
    max_cost_usd?: number | string | null;
    /**
     * Metadata
     */
    metadata?: {
        [key: string]: string | Simulate;
    } | null;
    /**
     * Method
     */
    method?: 'lora' | 'qlora' | null;
    /**
     * Name
     */
    name?: string | null;
};
/**
 * JobPage
 *
 * A page of jobs.
 */
export type JobPage = {
    /**
     * Jobs
     */
    jobs: Array<JobListed>;
    pagination: Pagination;
};
/**
 * JobRead
 *
 * A job in full.
 */
export type JobRead = {
    artifact: ModelRead | null;
    /**
     * Artifact Id
     */
    artifact_id: string | null;
    /**
     * Attempt
     */
    attempt: number;
    /**
     * Backend
     */
    backend: string;
    /**
     * Base Model
     */
    base_model: string;
    /**
     * Cancel Notes
     */
    cancel_notes: string | null;
    /**
     * Cancel Reason
     */
    cancel_reason: string | null;
    /**
     * Cancel Requested At
     */
    cancel_requested_at: string | null;
    /**
     * Completed At
     */
    completed_at: string | null;
    /**
     * Cost Records
     */
    cost_records: Array<CostRecordRead>;
    /**
     * Created At
     */
    created_at: string;
    /**
     * Current Cost
     */
    current_cost: number;
    /**
     * Current Epoch
     */
    current_epoch: number;
    /**
     * Current Metrics
     */
    current_metrics: {
        [key: string]: number | number | null;
    };
    current_stage: Stage;
    /**
     * Current Step
     */
    current_step: number;
    dataset: JobDataset;
    /**
     * Dataset Id
     */
    dataset_id: string;
    /**
     * Dataset Sha256
     */
    dataset_sha256: string;
    /**
     * Error Message
     */
    error_message: string | null;
    /**
     * Estimated Completion At
     */
    estimated_completion_at: string | null;
    /**
     * Estimated Total Cost
     */
    estimated_total_cost: number;
    /**
     * Eval Prompts
     */
    eval_prompts: Array<string>;
    /**
     * Expected Start At
     *
     * An estimate, while the job is queued.
     */
    expected_start_at: string | null;
    /**
     * External Job Id
     */
    external_job_id: string | null;
    /**
     * Failure Code
     */
    failure_code: string | null;
    /**
     * Final Cost
     */
    final_cost: number | null;
    gpu_config: GpuConfig;
    hardware: Hardware | null;
    /**
     * Hourly Rate
     */
    hourly_rate: number;
    hyperparameters: HyperparametersRead;
    /**
     * Id
     */
    id: string;
    /**
     * Max Cost Usd
     */
    max_cost_usd: number | null;
    /**
     * Metadata
     */
    metadata: {
        [key: string]: unknown;
    };
    /**
     * Method
     */
    method: 'lora' | 'qlora';
    /**
     * Metrics
     *
     * The last 100 points, oldest first.
     */
    metrics: Array<MetricsPointRead>;
    /**
     * Name
     */
    name: string | null;
    /**
     * Parent Job Id
     */
    parent_job_id: string | null;
    preset_id: PresetId;
    /**
     * Progress
     */
    progress: number;
    /**
     * Queue Position
     *
     * From 1, while the job is queued.
     */
    queue_position: number | null;
    /**
     * Queued At
     */
    queued_at: string;
    /**
     * Remedies
     */
    remedies: Array<string>;
    /**
     * Retry Count
     */
    retry_count: number;
    /**
     * Started At
     */
    started_at: string | null;
    status: JobStatus;
    /**
     * Total Epochs
     */
    total_epochs: number;
    /**
     * Total Steps
     */
    total_steps: number;
    /**
     * Updated At
     */
    updated_at: string;
    /**
     * User Id
     */
    user_id: string;
    /**
     * Warnings
     */
    warnings: Array<string>;
};
/**
 * JobRetry
 *
 * How to try a job again.
 */
export type JobRetry = {
    /**
     * From Checkpoint
     *
     * Go on from the last checkpoint, if there is one. Other hyperparameters or another base model begin anew.
     */
    from_checkpoint?: boolean;
    overrides?: JobOverrides;
};
/**
 * JobStatus
 *
 * Where a job stands.
 */
export type JobStatus = 'queued' | 'initializing' | 'running' | 'completed' | 'failed' | 'cancelled';
/**
 * Limits
 *
 * What the service accepts.
 */
export type Limits = {
    /**
     * File Extensions
     */
    file_extensions: Array<string>;
    /**
     * Max Body Bytes
     */
    max_body_bytes: number;
    /**
     * Max File Size Bytes
     */
    max_file_size_bytes: number;
    /**
     * Upload Url Seconds
     */
    upload_url_seconds: number;
};
/**
 * Lineage
 *
 * Where an adapter comes from: the job, the one it went on from, and the very bytes it saw.
 */
export type Lineage = {
    /**
     * Base Model
     */
    base_model: string;
    /**
     * Dataset Id
     */
    dataset_id: string;
    /**
     * Dataset Sha256
     */
    dataset_sha256: string;
    /**
     * Job Id
     */
    job_id: string;
    /**
     * Parent Job Id
     */
    parent_job_id: string | null;
};
/**
 * Live
 *
 * The process answers.
 */
export type Live = {
    /**
     * Status
     */
    status: 'ok';
};
/**
 * LogLevel
 *
 * How much a line matters, least first; `output` is what a program wrote without saying.
 */
export type LogLevel = 'output' | 'info' | 'warning' | 'error';
/**
 * LogLineRead
 *
 * One line of the trainer's log.
 */
export type LogLineRead = {
    /**
     * At
     */
    at: string;
    /**
     * Attempt
     */
    attempt: number;
    level: LogLevel;
    /**
     * Message
     */
    message: string;
    /**
     * Seq
     */
    seq: number;
};
/**
 * LogPage
 *
 * Lines in the order of their `seq`.
 */
export type LogPage = {
    /**
     * Logs
     */
    logs: Array<LogLineRead>;
};
/**
 * LrScheduler
 *
 * How the learning rate moves after warm-up.
 */
export type LrScheduler = 'constant' | 'linear' | 'cosine';
/**
 * Manifest
 *
 * Every file of an artifact but the manifest itself, and where it all came from.
 */
export type Manifest = {
    /**
     * Attempt
     */
    attempt: number;
    /**
     * Backend
     */
    backend: string;
    /**
     * Base Model
     */
    base_model: string;
    /**
     * Base Model Revision
     */
    base_model_revision: string | null;
    configuration: Configuration;
    dataset: ManifestDataset;
    /**
     * Files
     */
    files: Array<ManifestFile>;
    hardware: Hardware | null;
    /**
     * Job Id
     */
    job_id: string;
    /**
     * Null for the simulated trainer.
     */
    verification: Verification | null;
    /**
     * Versions
     */
    versions: {
        [key: string]: string;
    };
    /**
     * Warnings
     */
    warnings: Array<string>;
};
/**
 * ManifestDataset
 *
 * The bytes that were trained on.
 */
export type ManifestDataset = {
    /**
     * Id
     */
    id: string;
    /**
     * Sha256
     */
    sha256: string;
};
/**
 * ManifestFile
 *
 * One stored file.
 */
export type ManifestFile = {
    /**
     * Path
     */
    path: string;
    /**
     * Sha256
     */
    sha256: string;
    /**
     * Size Bytes
     */
    size_bytes: number;
};
/**
 * MeRead
 *
 * Who you are to the service, and what you may have.
 */
export type MeRead = {
    budget: BudgetRead;
    /**
     * Created At
     */
    created_at: string;
    /**
     * Id
     */
    id: string;
    limits: AccountLimits;
    /**
     * Scopes
     *
     * Of the token or key of this request.
     */
    scopes: Array<Scope>;
    usage: AccountUsage;
};
/**
 * MetricsPointRead
 *
 * What one optimizer step measured; losses in nats per token.
 */
export type MetricsPointRead = {
    /**
     * Attempt
     */
    attempt: number;
    /**
     * Epoch
     */
    epoch: number;
    /**
     * Gpu Utilization
     */
    gpu_utilization: number | null;
    /**
     * Gradient Norm
     */
    gradient_norm: number | null;
    /**
     * Id
     */
    id: string;
    /**
     * Job Id
     */
    job_id: string;
    /**
     * Learning Rate
     */
    learning_rate: number | null;
    /**
     * Memory Peak Bytes
     */
    memory_peak_bytes: number | null;
    /**
     * Step
     */
    step: number;
    /**
     * Throughput
     *
     * Tokens per second.
     */
    throughput: number | null;
    /**
     * Timestamp
     */
    timestamp: string;
    /**
     * Tokens Seen
     */
    tokens_seen: number | null;
    /**
     * Training Loss
     */
    training_loss: number | null;
    /**
     * Validation Loss
     */
    validation_loss: number | null;
    /**
     * Validation Token Accuracy
     */
    validation_token_accuracy: number | null;
};
/**
 * MetricsRead
 *
 * A job's curve.
 */
export type MetricsRead = {
    /**
     * Downsampled
     */
    downsampled: boolean;
    /**
     * Points
     */
    points: Array<MetricsPointRead>;
    /**
     * Total Points
     */
    total_points: number;
};
/**
 * ModelDetail
 *
 * An adapter, with its origin.
 */
export type ModelDetail = {
    /**
     * Artifacts
     *
     * Storage paths by file name.
     */
    artifacts: {
        [key: string]: string;
    };
    configuration: Configuration;
    /**
     * Created At
     */
    created_at: string;
    /**
     * Dataset Id
     */
    dataset_id: string;
    /**
     * Deleted At
     */
    deleted_at: string | null;
    /**
     * Deployed At
     */
    deployed_at: string | null;
    /**
     * Description
     */
    description: string | null;
    /**
     * Id
     */
    id: string;
    /**
     * Job Id
     */
    job_id: string;
    lineage: Lineage;
    /**
     * Name
     */
    name: string;
    /**
     * Parent Model Id
     */
    parent_model_id: string | null;
    quality_metrics: QualityMetrics;
    /**
     * Status
     */
    status: string;
    training_summary: TrainingSummary;
    /**
     * Updated At
     */
    updated_at: string;
    /**
     * User Id
     */
    user_id: string;
    /**
     * Version
     */
    version: string;
};
/**
 * ModelDownload
 *
 * Which files; all of them when nothing is named.
 */
export type ModelDownload = {
    /**
     * Files
     */
    files?: Array<string> | null;
};
/**
 * ModelFiles
 *
 * URLs that carry their own permission for an hour.
 */
export type ModelFiles = {
    /**
     * Download Urls
     */
    download_urls: {
        [key: string]: string;
    };
    /**
     * Expires In Seconds
     */
    expires_in_seconds: number;
    manifest: Manifest;
    /**
     * Model Id
     */
    model_id: string;
    /**
     * Model Name
     */
    model_name: string;
};
/**
 * ModelPage
 *
 * A page of models.
 */
export type ModelPage = {
    /**
     * Models
     */
    models: Array<ModelRead>;
    pagination: Pagination;
};
/**
 * ModelRead
 *
 * An adapter that can be downloaded.
 */
export type ModelRead = {
    /**
     * Artifacts
     *
     * Storage paths by file name.
     */
    artifacts: {
        [key: string]: string;
    };
    configuration: Configuration;
    /**
     * Created At
     */
    created_at: string;
    /**
     * Dataset Id
     */
    dataset_id: string;
    /**
     * Deleted At
     */
    deleted_at: string | null;
    /**
     * Deployed At
     */
    deployed_at: string | null;
    /**
     * Description
     */
    description: string | null;
    /**
     * Id
     */
    id: string;
    /**
     * Job Id
     */
    job_id: string;
    /**
     * Name
     */
    name: string;
    /**
     * Parent Model Id
     */
    parent_model_id: string | null;
    quality_metrics: QualityMetrics;
    /**
     * Status
     */
    status: string;
    training_summary: TrainingSummary;
    /**
     * Updated At
     */
    updated_at: string;
    /**
     * User Id
     */
    user_id: string;
    /**
     * Version
     */
    version: string;
};
/**
 * ModelUpdate
 *
 * What to call it; what is left out stays, null removes the description.
 */
export type ModelUpdate = {
    /**
     * Description
     */
    description?: string | null;
    /**
     * Name
     */
    name?: string | null;
};
/**
 * MultipartUpload
 *
 * The same file in parts, which can be sent side by side and survive a broken connection.
 */
export type MultipartUpload = {
    /**
     * Part Size Bytes
     */
    part_size_bytes: number;
    /**
     * Parts
     */
    parts: Array<UploadPart>;
    /**
     * Upload Id
     */
    upload_id: string;
};
/**
 * NotificationPage
 *
 * A page of notifications, and how many are unread in all.
 */
export type NotificationPage = {
    /**
     * Notifications
     */
    notifications: Array<NotificationRead>;
    pagination: Pagination;
    /**
     * Unread Count
     */
    unread_count: number;
};
/**
 * NotificationPreferences
 *
 * Which notifications you want; types that are left out are wanted. Webhooks hear of all.
 */
export type NotificationPreferences = {
    /**
     * Artifact Ready
     */
    artifact_ready?: boolean;
    /**
     * Cost Alert
     */
    cost_alert?: boolean;
    /**
     * Dataset Failed
     */
    dataset_failed?: boolean;
    /**
     * Dataset Ready
     */
    dataset_ready?: boolean;
    /**
     * Job Cancelled
     */
    job_cancelled?: boolean;
    /**
     * Job Completed
     */
    job_completed?: boolean;
    /**
     * Job Failed
     */
    job_failed?: boolean;
    /**
     * Job Queued
     */
    job_queued?: boolean;
    /**
     * Job Started
     */
    job_started?: boolean;
};
/**
 * NotificationRead
 *
 * One message to you.
 */
export type NotificationRead = {
    /**
     * Action Url
     */
    action_url: string;
    /**
     * Created At
     */
    created_at: string;
    /**
     * Id
     */
    id: string;
    /**
     * Message
     */
    message: string;
    /**
     * Metadata
     */
    metadata: {
        [key: string]: unknown;
    };
    /**
     * Priority
     */
    priority: 'low' | 'medium' | 'high';
    /**
     * Read
     */
    read: boolean;
    /**
     * Title
     */
    title: string;
    type: NotificationType;
    /**
     * User Id
     */
    user_id: string;
};
/**
 * NotificationType
 *
 * What a notification is about.
 */
export type NotificationType = 'dataset_ready' | 'dataset_failed' | 'job_queued' | 'job_started' | 'job_completed' | 'job_failed' | 'job_cancelled' | 'artifact_ready' | 'cost_alert';
/**
 * NotificationsRead
 *
 * How many notifications were marked as read.
 */
export type NotificationsRead = {
    /**
     * Updated
     */
    updated: number;
};
/**
 * Pagination
 *
 * Where a page stands in its list.
 */
export type Pagination = {
    /**
     * Limit
     */
    limit: number;
    /**
     * Next Cursor
     *
     * Pass as `cursor`; null on the last page.
     */
    next_cursor: string | null;
    /**
     * Page
     */
    page: number;
    /**
     * Total
     */
    total: number;
    /**
     * Totalpages
     */
    totalPages: number;
};
/**
 * Part
 *
 * One thing the service needs.
 */
export type Part = {
    /**
     * Latency Seconds
     */
    latency_seconds: number;
    /**
     * Status
     */
    status: 'ok' | 'down';
};
/**
 * Period
 *
 * The days up to and including today.
 */
export type Period = 'week' | 'month' | 'year';
/**
 * PresetHyperparameters
 *
 * The six values a preset stands for.
 */
export type PresetHyperparameters = {
    /**
     * Alpha
     */
    alpha: number;
    /**
     * Batch Size
     */
    batch_size: number;
    /**
     * Dropout
     */
    dropout: number;
    /**
     * Epochs
     */
    epochs: number;
    /**
     * Learning Rate
     */
    learning_rate: number;
    /**
     * Rank
     */
    rank: number;
};
/**
 * PresetId
 *
 * A named set of hyperparameters; custom is whatever differs from one.
 */
export type PresetId = 'fast' | 'balanced' | 'quality' | 'custom';
/**
 * PresetOption
 *
 * A preset.
 */
export type PresetOption = {
    /**
     * Description
     */
    description: string;
    hyperparameters: PresetHyperparameters;
    /**
     * Icon
     */
    icon: string;
    id: PresetId;
    /**
     * Is Default
     */
    is_default: boolean;
    /**
     * Label
     */
    label: string;
    /**
     * Use Case
     */
    use_case: string;
};
/**
 * PreviewRecord
 *
 * One example, rendered and encoded.
 */
export type PreviewRecord = {
    /**
     * Index
     *
     * Place among the examples of the file, from 0.
     */
    index: number;
    /**
     * Line
     *
     * Physical line of the file where it begins, from 1.
     */
    line: number;
    /**
     * Messages
     */
    messages: Array<{
        [key: string]: unknown;
    }>;
    /**
     * Problem
     *
     * Why it will be left out of training, if it will.
     */
    problem: string | null;
    /**
     * Text
     *
     * What the model reads, after truncation.
     */
    text: string;
    /**
     * Tokens
     */
    tokens: number;
    /**
     * Trained Spans
     *
     * Character ranges of `text` that are trained, end excluded.
     */
    trained_spans: Array<[
        number,
        number
    ]>;
    /**
     * Trained Tokens
     *
     * How many of them the loss covers.
     */
    trained_tokens: number;
    /**
     * Truncated
     *
     * Its oldest turns were cut to fit `max_seq_length`.
     */
    truncated: boolean;
};
/**
 * QualityMetrics
 *
 * How the training went: 1 to 5 stars, losses in nats per token.
 */
export type QualityMetrics = {
    /**
     * Convergence Quality
     */
    convergence_quality: string;
    /**
     * Final Training Loss
     */
    final_training_loss: number | null;
    /**
     * Final Validation Loss
     */
    final_validation_loss: number | null;
    /**
     * Loss Reduction Percent
     */
    loss_reduction_percent: number;
    /**
     * Overall Score
     */
    overall_score: number;
    /**
     * Perplexity
     */
    perplexity: number | null;
};
/**
 * Ready
 *
 * Whether requests can be served, and by which parts.
 */
export type Ready = {
    /**
     * Parts
     */
    parts: {
        [key: string]: Part;
    };
    /**
     * Status
     */
    status: 'ok' | 'degraded' | 'unavailable';
};
/**
 * RepairCreate
 *
 * What to do about which finding.
 */
export type RepairCreate = {
    /**
     * Actions
     *
     * By finding code. Errors are mended where possible, else their records are dropped; warnings are kept unless named here.
     */
    actions?: {
        [key: string]: 'keep' | 'drop' | 'mend';
    };
    /**
     * Name
     */
    name?: string | null;
};
/**
 * ReportFormat
 *
 * The kind of file that a report is downloaded as.
 */
export type ReportFormat = 'csv' | 'jsonl';
/**
 * Routes
 *
 * Where notifications and redirects lead in a frontend.
 */
export type Routes = {
    /**
     * Configure
     */
    configure: string;
    /**
     * Dataset
     */
    dataset: string;
    /**
     * Job
     */
    job: string;
    /**
     * Model
     */
    model: string;
};
/**
 * Scope
 *
 * What a caller may do: look, or change something.
 */
export type Scope = 'read' | 'write';
/**
 * SentPart
 *
 * A part as the store acknowledged it.
 */
export type SentPart = {
    /**
     * Etag
     *
     * The ETag header of the answer to the part's PUT.
     */
    etag: string;
    /**
     * Part Number
     */
    part_number: number;
};
/**
 * Simulate
 *
 * Faults on request, for the simulated backend only.
 */
export type Simulate = {
    /**
     * Fail At Step
     */
    fail_at_step?: number | null;
    /**
     * Nan At Step
     */
    nan_at_step?: number | null;
    /**
     * Slow
     */
    slow?: number | null;
    /**
     * Stall At Step
     */
    stall_at_step?: number | null;
};
/**
 * SliderOption
 *
 * The range of a slider.
 */
export type SliderOption = {
    /**
     * Max
     */
    max: number;
    /**
     * Min
     */
    min: number;
    /**
     * Step
     */
    step: number;
};
/**
 * Stage
 *
 * What a job is doing within its status.
 */
export type Stage = 'queued' | 'preparing' | 'loading_model' | 'training' | 'evaluating' | 'saving' | 'uploading' | 'completed';
/**
 * StreamTokenRead
 *
 * A token for one stream.
 */
export type StreamTokenRead = {
    /**
     * Expires In Seconds
     */
    expires_in_seconds: number;
    /**
     * Token
     *
     * Pass as `?stream_token=`; good for one stream.
     */
    token: string;
};
/**
 * TrainingDetails
 *
 * The plan behind the price.
 */
export type TrainingDetails = {
    /**
     * Dataset Name
     */
    dataset_name: string;
    /**
     * Estimated Throughput Tokens Per Sec
     */
    estimated_throughput_tokens_per_sec: number;
    /**
     * Steps Per Epoch
     */
    steps_per_epoch: number;
    /**
     * Total Steps
     */
    total_steps: number;
};
/**
 * TrainingOptions
 *
 * Everything a configuration page needs without hard-coding.
 */
export type TrainingOptions = {
    /**
     * Base Models
     */
    base_models: Array<BaseModelRead>;
    client: ClientAdvice;
    /**
     * Estimate Display
     */
    estimate_display: Array<DisplayRule>;
    gpu_count: GpuCountOption;
    /**
     * Gpu Types
     */
    gpu_types: Array<GpuOption>;
    /**
     * Hyperparameters
     */
    hyperparameters: Array<HyperparameterOption>;
    limits: Limits;
    /**
     * Presets
     */
    presets: Array<PresetOption>;
    routes: Routes;
};
/**
 * TrainingSummary
 *
 * What the training took.
 */
export type TrainingSummary = {
    /**
     * Epochs Completed
     */
    epochs_completed: number;
    /**
     * Final Loss
     */
    final_loss: number | null;
    /**
     * Total Cost
     */
    total_cost: number;
    /**
     * Total Steps
     */
    total_steps: number;
    /**
     * Training Duration Hours
     */
    training_duration_hours: number;
};
/**
 * Upload
 *
 * How to send the file: one PUT with exactly these headers, or the parts of `multipart`.
 */
export type Upload = {
    /**
     * Expires At
     */
    expires_at: string;
    /**
     * Headers
     */
    headers: {
        [key: string]: string;
    };
    /**
     * Method
     */
    method?: 'PUT';
    /**
     * Offered for large files, once `POST /api/datasets/{dataset_id}/upload` is called.
     */
    multipart?: MultipartUpload | null;
    /**
     * Url
     */
    url: string;
};
/**
 * UploadPart
 *
 * One part of the file: a PUT of exactly its bytes; the last one is shorter.
 */
export type UploadPart = {
    /**
     * Headers
     */
    headers: {
        [key: string]: string;
    };
    /**
     * Part Number
     *
     * From 1, in the order of the file.
     */
    part_number: number;
    /**
     * Uploaded
     *
     * The store holds this part; it need not be sent again.
     */
    uploaded: boolean;
    /**
     * Url
     */
    url: string;
};
/**
 * UserEventPage
 *
 * Events of all jobs, oldest first.
 */
export type UserEventPage = {
    /**
     * Events
     */
    events: Array<UserEventRead>;
    /**
     * Next After
     *
     * Pass as `after` for what comes next.
     */
    next_after: string | null;
};
/**
 * UserEventRead
 *
 * One thing that happened to one of your jobs.
 */
export type UserEventRead = {
    /**
     * At
     */
    at: string;
    /**
     * Data
     */
    data: {
        [key: string]: unknown;
    };
    /**
     * Job Id
     */
    job_id: string;
    /**
     * Seq
     */
    seq: number;
    /**
     * Type
     */
    type: 'status' | 'stage' | 'attempt' | 'progress' | 'metric' | 'log' | 'checkpoint' | 'cost' | 'artifact' | 'end';
};
/**
 * Verification
 *
 * Proof that the stored adapter loads: a fresh process computed the trained model's logits.
 */
export type Verification = {
    /**
     * Max Abs Difference
     */
    max_abs_difference: number;
    /**
     * Method
     */
    method: string;
    /**
     * Passed
     */
    passed: boolean;
    /**
     * Prompt Tokens
     */
    prompt_tokens: number;
    /**
     * Tolerance
     */
    tolerance: number;
};
/**
 * WebhookCreate
 *
 * An address that wants to hear of events.
 */
export type WebhookCreate = {
    /**
     * Description
     */
    description?: string | null;
    /**
     * Types
     *
     * What to hear of; empty is everything.
     */
    types?: Array<NotificationType>;
    /**
     * Url
     *
     * An https address on the public internet.
     */
    url: string;
};
/**
 * WebhookOne
 *
 * One webhook.
 */
export type WebhookOne = {
    webhook: WebhookRead;
};
/**
 * WebhookPage
 *
 * A page of webhooks.
 */
export type WebhookPage = {
    pagination: Pagination;
    /**
     * Webhooks
     */
    webhooks: Array<WebhookRead>;
};
/**
 * WebhookRead
 *
 * A webhook, without its secret.
 */
export type WebhookRead = {
    /**
     * Created At
     */
    created_at: string;
    /**
     * Deleted At
     */
    deleted_at: string | null;
    /**
     * Description
     */
    description: string | null;
    /**
     * Disabled Reason
     *
     * Why the service disabled it.
     */
    disabled_reason: string | null;
    /**
     * Enabled
     */
    enabled: boolean;
    /**
     * Id
     */
    id: string;
    /**
     * Previous Secret Until
     *
     * Until then the secret before the last rotation signs too.
     */
    previous_secret_until: string | null;
    /**
     * Types
     */
    types: Array<NotificationType>;
    /**
     * Updated At
     */
    updated_at: string;
    /**
     * Url
     */
    url: string;
    /**
     * User Id
     */
    user_id: string;
};
/**
 * WebhookSecret
 *
 * One webhook with the secret that it has just been given.
 */
export type WebhookSecret = {
    webhook: WebhookWithSecret;
};
/**
 * WebhookUpdate
 *
 * What shall change; what is left out stays, and a description of null is removed.
 */
export type WebhookUpdate = {
    /**
     * Description
     */
    description?: string | null;
    /**
     * Enabled
     *
     * What waits for a disabled webhook is not sent.
     */
    enabled?: boolean;
    /**
     * Types
     *
     * What to hear of; empty is everything.
     */
    types?: Array<NotificationType>;
    /**
     * Url
     *
     * An https address on the public internet.
     */
    url?: string;
};
/**
 * WebhookWithSecret
 *
 * A webhook with its new secret.
 */
export type WebhookWithSecret = {
    /**
     * Created At
     */
    created_at: string;
    /**
     * Deleted At
     */
    deleted_at: string | null;
    /**
     * Description
     */
    description: string | null;
    /**
     * Disabled Reason
     *
     * Why the service disabled it.
     */
    disabled_reason: string | null;
    /**
     * Enabled
     */
    enabled: boolean;
    /**
     * Id
     */
    id: string;
    /**
     * Previous Secret Until
     *
     * Until then the secret before the last rotation signs too.
     */
    previous_secret_until: string | null;
    /**
     * Secret
     *
     * Shown this once; null when an answer is replayed.
     */
    secret: string | null;
    /**
     * Types
     */
    types: Array<NotificationType>;
    /**
     * Updated At
     */
    updated_at: string;
    /**
     * Url
     */
    url: string;
    /**
     * User Id
     */
    user_id: string;
};
export type ListApiKeysData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Page
         *
         * From 1.
         */
        page?: number;
        /**
         * Limit
         */
        limit?: number;
        /**
         * Cursor
         *
         * next_cursor of the page before; overrides `page`.
         */
        cursor?: string | null;
    };
    url: '/api/api-keys';
};
export type ListApiKeysErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type ListApiKeysError = ListApiKeysErrors[keyof ListApiKeysErrors];
export type ListApiKeysResponses = {
    /**
     * Successful Response
     */
    200: DataApiKeyPage;
};
export type ListApiKeysResponse = ListApiKeysResponses[keyof ListApiKeysResponses];
export type CreateApiKeyData = {
    body: ApiKeyCreate;
    headers?: {
        /**
         * Idempotency-Key
         *
         * Makes a repeat answer like the first request.
         */
        'idempotency-key'?: string | null;
    };
    path?: never;
    query?: never;
    url: '/api/api-keys';
};
export type CreateApiKeyErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `idempotency_key_reused`: This Idempotency-Key was used for a different request.
     * `idempotency_in_progress`: A request with this Idempotency-Key is still running.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `quota_exceeded`: You have as many of these as this installation allows.
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type CreateApiKeyError = CreateApiKeyErrors[keyof CreateApiKeyErrors];
export type CreateApiKeyResponses = {
    /**
     * Successful Response
     */
    201: DataApiKeyCreated;
};
export type CreateApiKeyResponse = CreateApiKeyResponses[keyof CreateApiKeyResponses];
export type RevokeApiKeyData = {
    body?: never;
    path: {
        /**
         * Api Key Id
         */
        api_key_id: string;
    };
    query?: never;
    url: '/api/api-keys/{api_key_id}';
};
export type RevokeApiKeyErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type RevokeApiKeyError = RevokeApiKeyErrors[keyof RevokeApiKeyErrors];
export type RevokeApiKeyResponses = {
    /**
     * Successful Response
     */
    200: DataApiKeyOne;
};
export type RevokeApiKeyResponse = RevokeApiKeyResponses[keyof RevokeApiKeyResponses];
export type ListBaseModelsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/base-models';
};
export type ListBaseModelsErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type ListBaseModelsError = ListBaseModelsErrors[keyof ListBaseModelsErrors];
export type ListBaseModelsResponses = {
    /**
     * Successful Response
     */
    200: DataBaseModels;
};
export type ListBaseModelsResponse = ListBaseModelsResponses[keyof ListBaseModelsResponses];
export type GetBudgetData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/budget';
};
export type GetBudgetErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type GetBudgetError = GetBudgetErrors[keyof GetBudgetErrors];
export type GetBudgetResponses = {
    /**
     * Successful Response
     */
    200: DataBudgetRead;
};
export type GetBudgetResponse = GetBudgetResponses[keyof GetBudgetResponses];
export type SetBudgetData = {
    body: BudgetUpdate;
    path?: never;
    query?: never;
    url: '/api/budget';
};
export type SetBudgetErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type SetBudgetError = SetBudgetErrors[keyof SetBudgetErrors];
export type SetBudgetResponses = {
    /**
     * Successful Response
     */
    200: DataBudgetRead;
};
export type SetBudgetResponse = SetBudgetResponses[keyof SetBudgetResponses];
export type GetCostsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Job Id
         */
        job_id?: string | null;
        group_by?: Grouping;
        period?: Period;
        /**
         * Start Date
         *
         * First day, UTC; overrides `period`.
         */
        start_date?: string | null;
        /**
         * End Date
         *
         * Last day, included.
         */
        end_date?: string | null;
    };
    url: '/api/costs';
};
export type GetCostsErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type GetCostsError = GetCostsErrors[keyof GetCostsErrors];
export type GetCostsResponses = {
    /**
     * Successful Response
     */
    200: DataCostsRead;
};
export type GetCostsResponse = GetCostsResponses[keyof GetCostsResponses];
export type DownloadCostsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Job Id
         */
        job_id?: string | null;
        period?: Period;
        /**
         * Start Date
         *
         * First day, UTC; overrides `period`.
         */
        start_date?: string | null;
        /**
         * End Date
         *
         * Last day, included.
         */
        end_date?: string | null;
    };
    url: '/api/costs/download';
};
export type DownloadCostsErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type DownloadCostsError = DownloadCostsErrors[keyof DownloadCostsErrors];
export type DownloadCostsResponses = {
    /**
     * A file with a header row.
     */
    200: string;
};
export type DownloadCostsResponse = DownloadCostsResponses[keyof DownloadCostsResponses];
export type ListDatasetsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Status
         */
        status?: DatasetStatus | null;
        /**
         * Search
         *
         * Part of the name.
         */
        search?: string | null;
        /**
         * Format
         */
        format?: DatasetFormat | null;
        /**
         * Training Ready
         */
        training_ready?: boolean | null;
        /**
         * Page
         *
         * From 1.
         */
        page?: number;
        /**
         * Limit
         */
        limit?: number;
        /**
         * Cursor
         *
         * next_cursor of the page before; overrides `page`.
         */
        cursor?: string | null;
    };
    url: '/api/datasets';
};
export type ListDatasetsErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type ListDatasetsError = ListDatasetsErrors[keyof ListDatasetsErrors];
export type ListDatasetsResponses = {
    /**
     * Successful Response
     */
    200: DataDatasetPage;
};
export type ListDatasetsResponse = ListDatasetsResponses[keyof ListDatasetsResponses];
export type CreateDatasetData = {
    body: DatasetCreate;
    headers?: {
        /**
         * Idempotency-Key
         *
         * Makes a repeat answer like the first request.
         */
        'idempotency-key'?: string | null;
    };
    path?: never;
    query?: never;
    url: '/api/datasets';
};
export type CreateDatasetErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `idempotency_key_reused`: This Idempotency-Key was used for a different request.
     * `idempotency_in_progress`: A request with this Idempotency-Key is still running.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `quota_exceeded`: You have as many of these as this installation allows.
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type CreateDatasetError = CreateDatasetErrors[keyof CreateDatasetErrors];
export type CreateDatasetResponses = {
    /**
     * Successful Response
     */
    201: DataDatasetCreated;
};
export type CreateDatasetResponse = CreateDatasetResponses[keyof CreateDatasetResponses];
export type CreateSampleDatasetData = {
    body?: never;
    headers?: {
        /**
         * Idempotency-Key
         *
         * Makes a repeat answer like the first request.
         */
        'idempotency-key'?: string | null;
    };
    path?: never;
    query?: never;
    url: '/api/datasets/sample';
};
export type CreateSampleDatasetErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `idempotency_key_reused`: This Idempotency-Key was used for a different request.
     * `idempotency_in_progress`: A request with this Idempotency-Key is still running.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `quota_exceeded`: You have as many of these as this installation allows.
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type CreateSampleDatasetError = CreateSampleDatasetErrors[keyof CreateSampleDatasetErrors];
export type CreateSampleDatasetResponses = {
    /**
     * Successful Response
     */
    201: DataDatasetOne;
};
export type CreateSampleDatasetResponse = CreateSampleDatasetResponses[keyof CreateSampleDatasetResponses];
export type DeleteDatasetData = {
    body?: never;
    path: {
        /**
         * Dataset Id
         */
        dataset_id: string;
    };
    query?: never;
    url: '/api/datasets/{dataset_id}';
};
export type DeleteDatasetErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `dataset_in_use`: A job that is still active uses this dataset.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type DeleteDatasetError = DeleteDatasetErrors[keyof DeleteDatasetErrors];
export type DeleteDatasetResponses = {
    /**
     * Successful Response
     */
    200: DataDatasetOne;
};
export type DeleteDatasetResponse = DeleteDatasetResponses[keyof DeleteDatasetResponses];
export type GetDatasetData = {
    body?: never;
    path: {
        /**
         * Dataset Id
         */
        dataset_id: string;
    };
    query?: never;
    url: '/api/datasets/{dataset_id}';
};
export type GetDatasetErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type GetDatasetError = GetDatasetErrors[keyof GetDatasetErrors];
export type GetDatasetResponses = {
    /**
     * Successful Response
     */
    200: DataDatasetOne;
};
export type GetDatasetResponse = GetDatasetResponses[keyof GetDatasetResponses];
export type UpdateDatasetData = {
    body: DatasetUpdate;
    path: {
        /**
         * Dataset Id
         */
        dataset_id: string;
    };
    query?: never;
    url: '/api/datasets/{dataset_id}';
};
export type UpdateDatasetErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type UpdateDatasetError = UpdateDatasetErrors[keyof UpdateDatasetErrors];
export type UpdateDatasetResponses = {
    /**
     * Successful Response
     */
    200: DataDatasetOne;
};
export type UpdateDatasetResponse = UpdateDatasetResponses[keyof UpdateDatasetResponses];
export type ConfirmDatasetUploadData = {
    body?: DatasetConfirm;
    path: {
        /**
         * Dataset Id
         */
        dataset_id: string;
    };
    query?: never;
    url: '/api/datasets/{dataset_id}/confirm';
};
export type ConfirmDatasetUploadErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `upload_missing`: The file has not been uploaded yet.
     * `upload_size_mismatch`: The uploaded file does not have the announced size.
     * `upload_checksum_mismatch`: The uploaded file does not have the announced checksum.
     * `dataset_not_uploading`: This dataset is not waiting for an upload.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type ConfirmDatasetUploadError = ConfirmDatasetUploadErrors[keyof ConfirmDatasetUploadErrors];
export type ConfirmDatasetUploadResponses = {
    /**
     * Successful Response
     */
    200: DataDatasetOne;
};
export type ConfirmDatasetUploadResponse = ConfirmDatasetUploadResponses[keyof ConfirmDatasetUploadResponses];
export type DownloadDatasetData = {
    body?: never;
    path: {
        /**
         * Dataset Id
         */
        dataset_id: string;
    };
    query?: never;
    url: '/api/datasets/{dataset_id}/download';
};
export type DownloadDatasetErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `upload_missing`: The file has not been uploaded yet.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type DownloadDatasetError = DownloadDatasetErrors[keyof DownloadDatasetErrors];
export type DownloadDatasetResponses = {
    /**
     * Successful Response
     */
    200: DataDownload;
};
export type DownloadDatasetResponse = DownloadDatasetResponses[keyof DownloadDatasetResponses];
export type PreviewDatasetData = {
    body?: never;
    path: {
        /**
         * Dataset Id
         */
        dataset_id: string;
    };
    query?: {
        /**
         * Base Model
         */
        base_model?: string | null;
        /**
         * Offset
         */
        offset?: number;
        /**
         * Limit
         */
        limit?: number;
    };
    url: '/api/datasets/{dataset_id}/preview';
};
export type PreviewDatasetErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `dataset_not_ready`: The dataset is not ready for training.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type PreviewDatasetError = PreviewDatasetErrors[keyof PreviewDatasetErrors];
export type PreviewDatasetResponses = {
    /**
     * Successful Response
     */
    200: DataDatasetPreview;
};
export type PreviewDatasetResponse = PreviewDatasetResponses[keyof PreviewDatasetResponses];
export type RepairDatasetData = {
    body: RepairCreate;
    headers?: {
        /**
         * Idempotency-Key
         *
         * Makes a repeat answer like the first request.
         */
        'idempotency-key'?: string | null;
    };
    path: {
        /**
         * Dataset Id
         */
        dataset_id: string;
    };
    query?: never;
    url: '/api/datasets/{dataset_id}/repair';
};
export type RepairDatasetErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `dataset_not_ready`: The dataset is not ready for training.
     * `idempotency_key_reused`: This Idempotency-Key was used for a different request.
     * `idempotency_in_progress`: A request with this Idempotency-Key is still running.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type RepairDatasetError = RepairDatasetErrors[keyof RepairDatasetErrors];
export type RepairDatasetResponses = {
    /**
     * Successful Response
     */
    201: DataDatasetOne;
};
export type RepairDatasetResponse = RepairDatasetResponses[keyof RepairDatasetResponses];
export type GetDatasetReportData = {
    body?: never;
    path: {
        /**
         * Dataset Id
         */
        dataset_id: string;
    };
    query?: {
        /**
         * Severity
         */
        severity?: FindingSeverity | null;
        /**
         * Code
         */
        code?: string | null;
        /**
         * Page
         *
         * From 1.
         */
        page?: number;
        /**
         * Limit
         */
        limit?: number;
        /**
         * Cursor
         *
         * next_cursor of the page before; overrides `page`.
         */
        cursor?: string | null;
    };
    url: '/api/datasets/{dataset_id}/report';
};
export type GetDatasetReportErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type GetDatasetReportError = GetDatasetReportErrors[keyof GetDatasetReportErrors];
export type GetDatasetReportResponses = {
    /**
     * Successful Response
     */
    200: DataDatasetReport;
};
export type GetDatasetReportResponse = GetDatasetReportResponses[keyof GetDatasetReportResponses];
export type DownloadDatasetReportData = {
    body?: never;
    path: {
        /**
         * Dataset Id
         */
        dataset_id: string;
    };
    query?: {
        format?: ReportFormat;
        /**
         * Severity
         */
        severity?: FindingSeverity | null;
        /**
         * Code
         */
        code?: string | null;
    };
    url: '/api/datasets/{dataset_id}/report/download';
};
export type DownloadDatasetReportErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type DownloadDatasetReportError = DownloadDatasetReportErrors[keyof DownloadDatasetReportErrors];
export type DownloadDatasetReportResponses = {
    /**
     * A file of findings: with a header row, or one JSON object a line.
     */
    200: string;
};
export type DownloadDatasetReportResponse = DownloadDatasetReportResponses[keyof DownloadDatasetReportResponses];
export type RevalidateDatasetData = {
    body?: never;
    path: {
        /**
         * Dataset Id
         */
        dataset_id: string;
    };
    query?: never;
    url: '/api/datasets/{dataset_id}/revalidate';
};
export type RevalidateDatasetErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `dataset_in_use`: A job that is still active uses this dataset.
     * `upload_missing`: The file has not been uploaded yet.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type RevalidateDatasetError = RevalidateDatasetErrors[keyof RevalidateDatasetErrors];
export type RevalidateDatasetResponses = {
    /**
     * Successful Response
     */
    202: DataDatasetOne;
};
export type RevalidateDatasetResponse = RevalidateDatasetResponses[keyof RevalidateDatasetResponses];
export type OpenDatasetUploadData = {
    body?: never;
    path: {
        /**
         * Dataset Id
         */
        dataset_id: string;
    };
    query?: never;
    url: '/api/datasets/{dataset_id}/upload';
};
export type OpenDatasetUploadErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `upload_closed`: This dataset no longer takes an upload.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type OpenDatasetUploadError = OpenDatasetUploadErrors[keyof OpenDatasetUploadErrors];
export type OpenDatasetUploadResponses = {
    /**
     * Successful Response
     */
    200: DataDatasetUpload;
};
export type OpenDatasetUploadResponse = OpenDatasetUploadResponses[keyof OpenDatasetUploadResponses];
export type ListEventsData = {
    body?: never;
    headers?: {
        /**
         * Last-Event-Id
         *
         * Resumes a stream after this event.
         */
        'last-event-id'?: string | null;
    };
    path?: never;
    query?: {
        /**
         * After
         *
         * `next_after`, or an event's id.
         */
        after?: string | null;
        /**
         * Limit
         */
        limit?: number;
        /**
         * Stream Token
         *
         * Instead of a header, for a stream.
         */
        stream_token?: string | null;
    };
    url: '/api/events';
};
export type ListEventsErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type ListEventsError = ListEventsErrors[keyof ListEventsErrors];
export type ListEventsResponses = {
    /**
     * Successful Response
     */
    200: DataUserEventPage;
};
export type ListEventsResponse = ListEventsResponses[keyof ListEventsResponses];
export type GetLivenessData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/health/live';
};
export type GetLivenessErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type GetLivenessError = GetLivenessErrors[keyof GetLivenessErrors];
export type GetLivenessResponses = {
    /**
     * Successful Response
     */
    200: DataLive;
};
export type GetLivenessResponse = GetLivenessResponses[keyof GetLivenessResponses];
export type GetReadinessData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/health/ready';
};
export type GetReadinessErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type GetReadinessError = GetReadinessErrors[keyof GetReadinessErrors];
export type GetReadinessResponses = {
    /**
     * Successful Response
     */
    200: DataReady;
};
export type GetReadinessResponse = GetReadinessResponses[keyof GetReadinessResponses];
export type ListJobsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Status
         *
         * One or a comma list.
         */
        status?: Array<JobStatus>;
        /**
         * Dataset Id
         */
        dataset_id?: string | null;
        /**
         * Preset Id
         */
        preset_id?: PresetId | null;
        /**
         * Search
         *
         * Part of the name.
         */
        search?: string | null;
        /**
         * Page
         *
         * From 1.
         */
        page?: number;
        /**
         * Limit
         */
        limit?: number;
        /**
         * Cursor
         *
         * next_cursor of the page before; overrides `page`.
         */
        cursor?: string | null;
    };
    url: '/api/jobs';
};
export type ListJobsErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type ListJobsError = ListJobsErrors[keyof ListJobsErrors];
export type ListJobsResponses = {
    /**
     * Successful Response
     */
    200: DataJobPage;
};
export type ListJobsResponse = ListJobsResponses[keyof ListJobsResponses];
export type CreateJobData = {
    body: JobCreate;
    headers?: {
        /**
         * Idempotency-Key
         *
         * Makes a repeat answer like the first request.
         */
        'idempotency-key'?: string | null;
    };
    path?: never;
    query?: never;
    url: '/api/jobs';
};
export type CreateJobErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `dataset_not_ready`: The dataset is not ready for training.
     * `budget_exceeded`: This would go beyond your monthly budget.
     * `idempotency_key_reused`: This Idempotency-Key was used for a different request.
     * `idempotency_in_progress`: A request with this Idempotency-Key is still running.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `quota_exceeded`: You have as many of these as this installation allows.
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type CreateJobError = CreateJobErrors[keyof CreateJobErrors];
export type CreateJobResponses = {
    /**
     * Successful Response
     */
    201: DataJobRead;
};
export type CreateJobResponse = CreateJobResponses[keyof CreateJobResponses];
export type CompareJobsData = {
    body?: never;
    path?: never;
    query: {
        /**
         * Ids
         *
         * A comma list of 2 to 10 jobs.
         */
        ids: Array<string>;
    };
    url: '/api/jobs/compare';
};
export type CompareJobsErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type CompareJobsError = CompareJobsErrors[keyof CompareJobsErrors];
export type CompareJobsResponses = {
    /**
     * Successful Response
     */
    200: DataJobComparison;
};
export type CompareJobsResponse = CompareJobsResponses[keyof CompareJobsResponses];
export type EstimateJobData = {
    body: EstimateCreate;
    path?: never;
    query?: never;
    url: '/api/jobs/estimate';
};
export type EstimateJobErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type EstimateJobError = EstimateJobErrors[keyof EstimateJobErrors];
export type EstimateJobResponses = {
    /**
     * Successful Response
     */
    200: DataEstimateRead;
};
export type EstimateJobResponse = EstimateJobResponses[keyof EstimateJobResponses];
export type GetJobData = {
    body?: never;
    path: {
        /**
         * Job Id
         */
        job_id: string;
    };
    query?: never;
    url: '/api/jobs/{job_id}';
};
export type GetJobErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type GetJobError = GetJobErrors[keyof GetJobErrors];
export type GetJobResponses = {
    /**
     * Successful Response
     */
    200: DataJobRead;
};
export type GetJobResponse = GetJobResponses[keyof GetJobResponses];
export type CancelJobData = {
    body?: JobCancel;
    path: {
        /**
         * Job Id
         */
        job_id: string;
    };
    query?: never;
    url: '/api/jobs/{job_id}/cancel';
};
export type CancelJobErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `job_not_cancellable`: The job has already ended.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type CancelJobError = CancelJobErrors[keyof CancelJobErrors];
export type CancelJobResponses = {
    /**
     * Successful Response
     */
    200: DataJobRead;
};
export type CancelJobResponse = CancelJobResponses[keyof CancelJobResponses];
export type ListJobCheckpointsData = {
    body?: never;
    path: {
        /**
         * Job Id
         */
        job_id: string;
    };
    query?: never;
    url: '/api/jobs/{job_id}/checkpoints';
};
export type ListJobCheckpointsErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type ListJobCheckpointsError = ListJobCheckpointsErrors[keyof ListJobCheckpointsErrors];
export type ListJobCheckpointsResponses = {
    /**
     * Successful Response
     */
    200: DataCheckpointList;
};
export type ListJobCheckpointsResponse = ListJobCheckpointsResponses[keyof ListJobCheckpointsResponses];
export type ListJobEventsData = {
    body?: never;
    headers?: {
        /**
         * Last-Event-Id
         *
         * Resumes a stream after this event.
         */
        'last-event-id'?: string | null;
    };
    path: {
        /**
         * Job Id
         */
        job_id: string;
    };
    query?: {
        /**
         * After Seq
         */
        after_seq?: number;
        /**
         * Limit
         */
        limit?: number;
        /**
         * Types
         *
         * One or a comma list.
         */
        types?: Array<'status' | 'stage' | 'attempt' | 'progress' | 'metric' | 'log' | 'checkpoint' | 'cost' | 'artifact' | 'end'>;
        /**
         * Stream Token
         *
         * Instead of a header, for a stream.
         */
        stream_token?: string | null;
    };
    url: '/api/jobs/{job_id}/events';
};
export type ListJobEventsErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type ListJobEventsError = ListJobEventsErrors[keyof ListJobEventsErrors];
export type ListJobEventsResponses = {
    /**
     * Successful Response
     */
    200: DataEventPage;
};
export type ListJobEventsResponse = ListJobEventsResponses[keyof ListJobEventsResponses];
export type ListJobLogsData = {
    body?: never;
    headers?: {
        /**
         * Last-Event-Id
         *
         * Resumes a stream after this event.
         */
        'last-event-id'?: string | null;
    };
    path: {
        /**
         * Job Id
         */
        job_id: string;
    };
    query?: {
        /**
         * After Seq
         */
        after_seq?: number;
        /**
         * Limit
         */
        limit?: number;
        /**
         * Stream Token
         *
         * Instead of a header, for a stream.
         */
        stream_token?: string | null;
        /**
         * Level
         */
        level?: LogLevel | null;
        /**
         * Search
         *
         * Part of a line.
         */
        search?: string | null;
    };
    url: '/api/jobs/{job_id}/logs';
};
export type ListJobLogsErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type ListJobLogsError = ListJobLogsErrors[keyof ListJobLogsErrors];
export type ListJobLogsResponses = {
    /**
     * Successful Response
     */
    200: DataLogPage;
};
export type ListJobLogsResponse = ListJobLogsResponses[keyof ListJobLogsResponses];
export type GetJobMetricsData = {
    body?: never;
    path: {
        /**
         * Job Id
         */
        job_id: string;
    };
    query?: {
        /**
         * From Step
         */
        from_step?: number | null;
        /**
         * To Step
         */
        to_step?: number | null;
        /**
         * Max Points
         */
        max_points?: number;
        /**
         * Attempt
         */
        attempt?: number | null;
    };
    url: '/api/jobs/{job_id}/metrics';
};
export type GetJobMetricsErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type GetJobMetricsError = GetJobMetricsErrors[keyof GetJobMetricsErrors];
export type GetJobMetricsResponses = {
    /**
     * Successful Response
     */
    200: DataMetricsRead;
};
export type GetJobMetricsResponse = GetJobMetricsResponses[keyof GetJobMetricsResponses];
export type RetryJobData = {
    body?: JobRetry;
    headers?: {
        /**
         * Idempotency-Key
         *
         * Makes a repeat answer like the first request.
         */
        'idempotency-key'?: string | null;
    };
    path: {
        /**
         * Job Id
         */
        job_id: string;
    };
    query?: never;
    url: '/api/jobs/{job_id}/retry';
};
export type RetryJobErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `job_not_retryable`: Only a job that failed or was cancelled can be tried again.
     * `dataset_not_ready`: The dataset is not ready for training.
     * `budget_exceeded`: This would go beyond your monthly budget.
     * `idempotency_key_reused`: This Idempotency-Key was used for a different request.
     * `idempotency_in_progress`: A request with this Idempotency-Key is still running.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `quota_exceeded`: You have as many of these as this installation allows.
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type RetryJobError = RetryJobErrors[keyof RetryJobErrors];
export type RetryJobResponses = {
    /**
     * Successful Response
     */
    201: DataJobRead;
};
export type RetryJobResponse = RetryJobResponses[keyof RetryJobResponses];
export type GetMeData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/me';
};
export type GetMeErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type GetMeError = GetMeErrors[keyof GetMeErrors];
export type GetMeResponses = {
    /**
     * Successful Response
     */
    200: DataMeRead;
};
export type GetMeResponse = GetMeResponses[keyof GetMeResponses];
export type EraseMeData = {
    body: Erase;
    path?: never;
    query?: never;
    url: '/api/me/erase';
};
export type EraseMeErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `account_in_use`: Something of yours is still at work.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type EraseMeError = EraseMeErrors[keyof EraseMeErrors];
export type EraseMeResponses = {
    /**
     * Successful Response
     */
    200: DataErasureRead;
};
export type EraseMeResponse = EraseMeResponses[keyof EraseMeResponses];
export type ListModelsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Sort
         */
        sort?: 'created_at' | 'quality';
        /**
         * Page
         *
         * From 1.
         */
        page?: number;
        /**
         * Limit
         */
        limit?: number;
        /**
         * Cursor
         *
         * next_cursor of the page before; overrides `page`.
         */
        cursor?: string | null;
    };
    url: '/api/models';
};
export type ListModelsErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type ListModelsError = ListModelsErrors[keyof ListModelsErrors];
export type ListModelsResponses = {
    /**
     * Successful Response
     */
    200: DataModelPage;
};
export type ListModelsResponse = ListModelsResponses[keyof ListModelsResponses];
export type DeleteModelData = {
    body?: never;
    path: {
        /**
         * Model Id
         */
        model_id: string;
    };
    query?: never;
    url: '/api/models/{model_id}';
};
export type DeleteModelErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type DeleteModelError = DeleteModelErrors[keyof DeleteModelErrors];
export type DeleteModelResponses = {
    /**
     * Successful Response
     */
    200: DataModelRead;
};
export type DeleteModelResponse = DeleteModelResponses[keyof DeleteModelResponses];
export type GetModelData = {
    body?: never;
    path: {
        /**
         * Model Id
         */
        model_id: string;
    };
    query?: never;
    url: '/api/models/{model_id}';
};
export type GetModelErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type GetModelError = GetModelErrors[keyof GetModelErrors];
export type GetModelResponses = {
    /**
     * Successful Response
     */
    200: DataModelDetail;
};
export type GetModelResponse = GetModelResponses[keyof GetModelResponses];
export type UpdateModelData = {
    body: ModelUpdate;
    path: {
        /**
         * Model Id
         */
        model_id: string;
    };
    query?: never;
    url: '/api/models/{model_id}';
};
export type UpdateModelErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type UpdateModelError = UpdateModelErrors[keyof UpdateModelErrors];
export type UpdateModelResponses = {
    /**
     * Successful Response
     */
    200: DataModelRead;
};
export type UpdateModelResponse = UpdateModelResponses[keyof UpdateModelResponses];
export type DownloadModelArchiveData = {
    body?: never;
    path: {
        /**
         * Model Id
         */
        model_id: string;
    };
    query?: never;
    url: '/api/models/{model_id}/archive';
};
export type DownloadModelArchiveErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type DownloadModelArchiveError = DownloadModelArchiveErrors[keyof DownloadModelArchiveErrors];
export type DownloadModelArchiveResponses = {
    /**
     * A ZIP of all files.
     */
    200: Blob | File;
};
export type DownloadModelArchiveResponse = DownloadModelArchiveResponses[keyof DownloadModelArchiveResponses];
export type DownloadModelData = {
    body?: ModelDownload;
    path: {
        /**
         * Model Id
         */
        model_id: string;
    };
    query?: never;
    url: '/api/models/{model_id}/download';
};
export type DownloadModelErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type DownloadModelError = DownloadModelErrors[keyof DownloadModelErrors];
export type DownloadModelResponses = {
    /**
     * Successful Response
     */
    200: DataModelFiles;
};
export type DownloadModelResponse = DownloadModelResponses[keyof DownloadModelResponses];
export type GetNotificationPreferencesData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/notification-preferences';
};
export type GetNotificationPreferencesErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type GetNotificationPreferencesError = GetNotificationPreferencesErrors[keyof GetNotificationPreferencesErrors];
export type GetNotificationPreferencesResponses = {
    /**
     * Successful Response
     */
    200: DataNotificationPreferences;
};
export type GetNotificationPreferencesResponse = GetNotificationPreferencesResponses[keyof GetNotificationPreferencesResponses];
export type SetNotificationPreferencesData = {
    body: NotificationPreferences;
    path?: never;
    query?: never;
    url: '/api/notification-preferences';
};
export type SetNotificationPreferencesErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type SetNotificationPreferencesError = SetNotificationPreferencesErrors[keyof SetNotificationPreferencesErrors];
export type SetNotificationPreferencesResponses = {
    /**
     * Successful Response
     */
    200: DataNotificationPreferences;
};
export type SetNotificationPreferencesResponse = SetNotificationPreferencesResponses[keyof SetNotificationPreferencesResponses];
export type ListNotificationsData = {
    body?: never;
    headers?: {
        /**
         * Last-Event-Id
         *
         * Resumes a stream after this event.
         */
        'last-event-id'?: string | null;
    };
    path?: never;
    query?: {
        /**
         * Unread
         */
        unread?: boolean | null;
        /**
         * Stream Token
         *
         * Instead of a header, for a stream.
         */
        stream_token?: string | null;
        /**
         * Page
         *
         * From 1.
         */
        page?: number;
        /**
         * Limit
         */
        limit?: number;
        /**
         * Cursor
         *
         * next_cursor of the page before; overrides `page`.
         */
        cursor?: string | null;
    };
    url: '/api/notifications';
};
export type ListNotificationsErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type ListNotificationsError = ListNotificationsErrors[keyof ListNotificationsErrors];
export type ListNotificationsResponses = {
    /**
     * Successful Response
     */
    200: DataNotificationPage;
};
export type ListNotificationsResponse = ListNotificationsResponses[keyof ListNotificationsResponses];
export type MarkAllNotificationsReadData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/notifications/read-all';
};
export type MarkAllNotificationsReadErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type MarkAllNotificationsReadError = MarkAllNotificationsReadErrors[keyof MarkAllNotificationsReadErrors];
export type MarkAllNotificationsReadResponses = {
    /**
     * Successful Response
     */
    200: DataNotificationsRead;
};
export type MarkAllNotificationsReadResponse = MarkAllNotificationsReadResponses[keyof MarkAllNotificationsReadResponses];
export type DeleteNotificationData = {
    body?: never;
    path: {
        /**
         * Notification Id
         */
        notification_id: string;
    };
    query?: never;
    url: '/api/notifications/{notification_id}';
};
export type DeleteNotificationErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type DeleteNotificationError = DeleteNotificationErrors[keyof DeleteNotificationErrors];
export type DeleteNotificationResponses = {
    /**
     * Successful Response
     */
    200: DataNotificationRead;
};
export type DeleteNotificationResponse = DeleteNotificationResponses[keyof DeleteNotificationResponses];
export type MarkNotificationReadData = {
    body?: never;
    path: {
        /**
         * Notification Id
         */
        notification_id: string;
    };
    query?: never;
    url: '/api/notifications/{notification_id}/read';
};
export type MarkNotificationReadErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type MarkNotificationReadError = MarkNotificationReadErrors[keyof MarkNotificationReadErrors];
export type MarkNotificationReadResponses = {
    /**
     * Successful Response
     */
    200: DataNotificationRead;
};
export type MarkNotificationReadResponse = MarkNotificationReadResponses[keyof MarkNotificationReadResponses];
export type CreateStreamTokenData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/stream-tokens';
};
export type CreateStreamTokenErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type CreateStreamTokenError = CreateStreamTokenErrors[keyof CreateStreamTokenErrors];
export type CreateStreamTokenResponses = {
    /**
     * Successful Response
     */
    201: DataStreamTokenRead;
};
export type CreateStreamTokenResponse = CreateStreamTokenResponses[keyof CreateStreamTokenResponses];
export type GetTrainingOptionsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/training-options';
};
export type GetTrainingOptionsErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type GetTrainingOptionsError = GetTrainingOptionsErrors[keyof GetTrainingOptionsErrors];
export type GetTrainingOptionsResponses = {
    /**
     * Successful Response
     */
    200: DataTrainingOptions;
};
export type GetTrainingOptionsResponse = GetTrainingOptionsResponses[keyof GetTrainingOptionsResponses];
export type RedeliverWebhookDeliveryData = {
    body?: never;
    path: {
        /**
         * Delivery Id
         */
        delivery_id: string;
    };
    query?: never;
    url: '/api/webhook-deliveries/{delivery_id}/redeliver';
};
export type RedeliverWebhookDeliveryErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type RedeliverWebhookDeliveryError = RedeliverWebhookDeliveryErrors[keyof RedeliverWebhookDeliveryErrors];
export type RedeliverWebhookDeliveryResponses = {
    /**
     * Successful Response
     */
    202: DataDeliveryOne;
};
export type RedeliverWebhookDeliveryResponse = RedeliverWebhookDeliveryResponses[keyof RedeliverWebhookDeliveryResponses];
export type ListWebhooksData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Page
         *
         * From 1.
         */
        page?: number;
        /**
         * Limit
         */
        limit?: number;
        /**
         * Cursor
         *
         * next_cursor of the page before; overrides `page`.
         */
        cursor?: string | null;
    };
    url: '/api/webhooks';
};
export type ListWebhooksErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type ListWebhooksError = ListWebhooksErrors[keyof ListWebhooksErrors];
export type ListWebhooksResponses = {
    /**
     * Successful Response
     */
    200: DataWebhookPage;
};
export type ListWebhooksResponse = ListWebhooksResponses[keyof ListWebhooksResponses];
export type CreateWebhookData = {
    body: WebhookCreate;
    headers?: {
        /**
         * Idempotency-Key
         *
         * Makes a repeat answer like the first request.
         */
        'idempotency-key'?: string | null;
    };
    path?: never;
    query?: never;
    url: '/api/webhooks';
};
export type CreateWebhookErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `idempotency_key_reused`: This Idempotency-Key was used for a different request.
     * `idempotency_in_progress`: A request with this Idempotency-Key is still running.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `quota_exceeded`: You have as many of these as this installation allows.
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type CreateWebhookError = CreateWebhookErrors[keyof CreateWebhookErrors];
export type CreateWebhookResponses = {
    /**
     * Successful Response
     */
    201: DataWebhookSecret;
};
export type CreateWebhookResponse = CreateWebhookResponses[keyof CreateWebhookResponses];
export type DeleteWebhookData = {
    body?: never;
    path: {
        /**
         * Webhook Id
         */
        webhook_id: string;
    };
    query?: never;
    url: '/api/webhooks/{webhook_id}';
};
export type DeleteWebhookErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type DeleteWebhookError = DeleteWebhookErrors[keyof DeleteWebhookErrors];
export type DeleteWebhookResponses = {
    /**
     * Successful Response
     */
    200: DataWebhookOne;
};
export type DeleteWebhookResponse = DeleteWebhookResponses[keyof DeleteWebhookResponses];
export type GetWebhookData = {
    body?: never;
    path: {
        /**
         * Webhook Id
         */
        webhook_id: string;
    };
    query?: never;
    url: '/api/webhooks/{webhook_id}';
};
export type GetWebhookErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type GetWebhookError = GetWebhookErrors[keyof GetWebhookErrors];
export type GetWebhookResponses = {
    /**
     * Successful Response
     */
    200: DataWebhookOne;
};
export type GetWebhookResponse = GetWebhookResponses[keyof GetWebhookResponses];
export type UpdateWebhookData = {
    body: WebhookUpdate;
    path: {
        /**
         * Webhook Id
         */
        webhook_id: string;
    };
    query?: never;
    url: '/api/webhooks/{webhook_id}';
};
export type UpdateWebhookErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type UpdateWebhookError = UpdateWebhookErrors[keyof UpdateWebhookErrors];
export type UpdateWebhookResponses = {
    /**
     * Successful Response
     */
    200: DataWebhookOne;
};
export type UpdateWebhookResponse = UpdateWebhookResponses[keyof UpdateWebhookResponses];
export type ListWebhookDeliveriesData = {
    body?: never;
    path: {
        /**
         * Webhook Id
         */
        webhook_id: string;
    };
    query?: {
        /**
         * Status
         */
        status?: DeliveryStatus | null;
        /**
         * Page
         *
         * From 1.
         */
        page?: number;
        /**
         * Limit
         */
        limit?: number;
        /**
         * Cursor
         *
         * next_cursor of the page before; overrides `page`.
         */
        cursor?: string | null;
    };
    url: '/api/webhooks/{webhook_id}/deliveries';
};
export type ListWebhookDeliveriesErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type ListWebhookDeliveriesError = ListWebhookDeliveriesErrors[keyof ListWebhookDeliveriesErrors];
export type ListWebhookDeliveriesResponses = {
    /**
     * Successful Response
     */
    200: DataDeliveryPage;
};
export type ListWebhookDeliveriesResponse = ListWebhookDeliveriesResponses[keyof ListWebhookDeliveriesResponses];
export type RotateWebhookSecretData = {
    body?: never;
    path: {
        /**
         * Webhook Id
         */
        webhook_id: string;
    };
    query?: never;
    url: '/api/webhooks/{webhook_id}/rotate-secret';
};
export type RotateWebhookSecretErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type RotateWebhookSecretError = RotateWebhookSecretErrors[keyof RotateWebhookSecretErrors];
export type RotateWebhookSecretResponses = {
    /**
     * Successful Response
     */
    200: DataWebhookSecret;
};
export type RotateWebhookSecretResponse = RotateWebhookSecretResponses[keyof RotateWebhookSecretResponses];
export type TestWebhookData = {
    body?: never;
    headers?: {
        /**
         * Idempotency-Key
         *
         * Makes a repeat answer like the first request.
         */
        'idempotency-key'?: string | null;
    };
    path: {
        /**
         * Webhook Id
         */
        webhook_id: string;
    };
    query?: never;
    url: '/api/webhooks/{webhook_id}/test';
};
export type TestWebhookErrors = {
    /**
     * `validation_error`: The request is not valid.
     */
    400: Failure;
    /**
     * `unauthorized`: A valid bearer token is needed.
     */
    401: Failure;
    /**
     * `insufficient_scope`: This API key does not have the scope that the call needs.
     */
    403: Failure;
    /**
     * `not_found`: There is nothing here with this id.
     */
    404: Failure;
    /**
     * `request_timeout`: The request did not arrive in time.
     */
    408: Failure;
    /**
     * `idempotency_key_reused`: This Idempotency-Key was used for a different request.
     * `idempotency_in_progress`: A request with this Idempotency-Key is still running.
     */
    409: Failure;
    /**
     * `body_too_large`: The request body is too large.
     */
    413: Failure;
    /**
     * `unsupported_media_type`: The request body must be JSON.
     */
    415: Failure;
    /**
     * `quota_exceeded`: You have as many of these as this installation allows.
     * `rate_limited`: Too many requests came within a minute.
     */
    429: Failure;
    /**
     * `internal_error`: Something went wrong on our side.
     */
    500: Failure;
    /**
     * `service_unavailable`: A part of the service is not reachable at the moment.
     */
    503: Failure;
};
export type TestWebhookError = TestWebhookErrors[keyof TestWebhookErrors];
export type TestWebhookResponses = {
    /**
     * Successful Response
     */
    201: DataDeliveryOne;
};
export type TestWebhookResponse = TestWebhookResponses[keyof TestWebhookResponses];
