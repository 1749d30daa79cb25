import type { Client, ClientMeta, Options as Options2, RequestResult, TDataShape } from './client/index.js';
import type { CancelJobData, CancelJobErrors, CancelJobResponses, CompareJobsData, CompareJobsErrors, CompareJobsResponses, ConfirmDatasetUploadData, ConfirmDatasetUploadErrors, ConfirmDatasetUploadResponses, CreateApiKeyData, CreateApiKeyErrors, CreateApiKeyResponses, CreateDatasetData, CreateDatasetErrors, CreateDatasetResponses, CreateJobData, CreateJobErrors, CreateJobResponses, CreateSampleDatasetData, CreateSampleDatasetErrors, CreateSampleDatasetResponses, CreateStreamTokenData, CreateStreamTokenErrors, CreateStreamTokenResponses, CreateWebhookData, CreateWebhookErrors, CreateWebhookResponses, DeleteDatasetData, DeleteDatasetErrors, DeleteDatasetResponses, DeleteModelData, DeleteModelErrors, DeleteModelResponses, DeleteNotificationData, DeleteNotificationErrors, DeleteNotificationResponses, DeleteWebhookData, DeleteWebhookErrors, DeleteWebhookResponses, DownloadCostsData, DownloadCostsErrors, DownloadCostsResponses, DownloadDatasetData, DownloadDatasetErrors, DownloadDatasetReportData, DownloadDatasetReportErrors, DownloadDatasetReportResponses, DownloadDatasetResponses, DownloadModelArchiveData, DownloadModelArchiveErrors, DownloadModelArchiveResponses, DownloadModelData, DownloadModelErrors, DownloadModelResponses, EraseMeData, EraseMeErrors, EraseMeResponses, EstimateJobData, EstimateJobErrors, EstimateJobResponses, GetBudgetData, GetBudgetErrors, GetBudgetResponses, GetCostsData, GetCostsErrors, GetCostsResponses, GetDatasetData, GetDatasetErrors, GetDatasetReportData, GetDatasetReportErrors, GetDatasetReportResponses, GetDatasetResponses, GetJobData, GetJobErrors, GetJobMetricsData, GetJobMetricsErrors, GetJobMetricsResponses, GetJobResponses, GetLivenessData, GetLivenessErrors, GetLivenessResponses, GetMeData, GetMeErrors, GetMeResponses, GetModelData, GetModelErrors, GetModelResponses, GetNotificationPreferencesData, GetNotificationPreferencesErrors, GetNotificationPreferencesResponses, GetReadinessData, GetReadinessErrors, GetReadinessResponses, GetTrainingOptionsData, GetTrainingOptionsErrors, GetTrainingOptionsResponses, GetWebhookData, GetWebhookErrors, GetWebhookResponses, ListApiKeysData, ListApiKeysErrors, ListApiKeysResponses, ListBaseModelsData, ListBaseModelsErrors, ListBaseModelsResponses, ListDatasetsData, ListDatasetsErrors, ListDatasetsResponses, ListEventsData, ListEventsErrors, ListEventsResponses, ListJobCheckpointsData, ListJobCheckpointsErrors, ListJobCheckpointsResponses, ListJobEventsData, ListJobEventsErrors, ListJobEventsResponses, ListJobLogsData, ListJobLogsErrors, ListJobLogsResponses, ListJobsData, ListJobsErrors, ListJobsResponses, ListModelsData, ListModelsErrors, ListModelsResponses, ListNotificationsData, ListNotificationsErrors, ListNotificationsResponses, ListWebhookDeliveriesData, ListWebhookDeliveriesErrors, ListWebhookDeliveriesResponses, ListWebhooksData, ListWebhooksErrors, ListWebhooksResponses, MarkAllNotificationsReadData, MarkAllNotificationsReadErrors, MarkAllNotificationsReadResponses, MarkNotificationReadData, MarkNotificationReadErrors, MarkNotificationReadResponses, OpenDatasetUploadData, OpenDatasetUploadErrors, OpenDatasetUploadResponses, PreviewDatasetData, PreviewDatasetErrors, PreviewDatasetResponses, RedeliverWebhookDeliveryData, RedeliverWebhookDeliveryErrors, RedeliverWebhookDeliveryResponses, RepairDatasetData, RepairDatasetErrors, RepairDatasetResponses, RetryJobData, RetryJobErrors, RetryJobResponses, RevalidateDatasetData, RevalidateDatasetErrors, RevalidateDatasetResponses, RevokeApiKeyData, RevokeApiKeyErrors, RevokeApiKeyResponses, RotateWebhookSecretData, RotateWebhookSecretErrors, RotateWebhookSecretResponses, SetBudgetData, SetBudgetErrors, SetBudgetResponses, SetNotificationPreferencesData, SetNotificationPreferencesErrors, SetNotificationPreferencesResponses, TestWebhookData, TestWebhookErrors, TestWebhookResponses, UpdateDatasetData, UpdateDatasetErrors, UpdateDatasetResponses, UpdateModelData, UpdateModelErrors, UpdateModelResponses, UpdateWebhookData, UpdateWebhookErrors, UpdateWebhookResponses } from './types.gen.js';
export type Options<TData extends TDataShape = TDataShape, ThrowOnError extends boolean = boolean, TResponse = unknown> = Options2<TData, ThrowOnError, TResponse> & {
    /**
     * You can provide a client instance returned by `createClient()` instead of
     * individual options. This might be also useful if you want to implement a
     * custom client.
     */
    client?: Client;
    /**
     * You can pass arbitrary values through the `meta` object. This can be
     * used to access values that aren't defined as part of the SDK function.
     */
    meta?: keyof ClientMeta extends never ? Record<string, unknown> : ClientMeta;
};
/**
 * List Api Keys
 *
 * List your API keys, newest first, without their secrets.
 */
export declare const listApiKeys: <ThrowOnError extends boolean = false>(options?: Options<ListApiKeysData, ThrowOnError>) => RequestResult<ListApiKeysResponses, ListApiKeysErrors, ThrowOnError>;
/**
 * Create Api Key
 *
 * Make an API key; its secret is shown this once.
 *
 * Send it like a token: `Authorization: Bearer lp_...`. A key without the scope `write` can look at
 * everything and change nothing. A key that is made with another key can do no more than that one, lives no
 * longer, and is revoked with it.
 */
export declare const createApiKey: <ThrowOnError extends boolean = false>(options: Options<CreateApiKeyData, ThrowOnError>) => RequestResult<CreateApiKeyResponses, CreateApiKeyErrors, ThrowOnError>;
/**
 * Revoke Api Key
 *
 * Revoke an API key; from now on nobody can use it.
 */
export declare const revokeApiKey: <ThrowOnError extends boolean = false>(options: Options<RevokeApiKeyData, ThrowOnError>) => RequestResult<RevokeApiKeyResponses, RevokeApiKeyErrors, ThrowOnError>;
/**
 * List Base Models
 *
 * List the base models that can be tuned.
 */
export declare const listBaseModels: <ThrowOnError extends boolean = false>(options?: Options<ListBaseModelsData, ThrowOnError>) => RequestResult<ListBaseModelsResponses, ListBaseModelsErrors, ThrowOnError>;
/**
 * Get Budget
 *
 * Get your monthly budget and what is spent of it.
 */
export declare const getBudget: <ThrowOnError extends boolean = false>(options?: Options<GetBudgetData, ThrowOnError>) => RequestResult<GetBudgetResponses, GetBudgetErrors, ThrowOnError>;
/**
 * Set Budget
 *
 * Set or remove your monthly budget.
 *
 * At 80 % and at 100 % of it you get a `cost_alert`. With `block_above`, a job whose estimate (or cap) does
 * not fit beside what is spent and set aside for active jobs is refused with 409 `budget_exceeded`.
 */
export declare const setBudget: <ThrowOnError extends boolean = false>(options: Options<SetBudgetData, ThrowOnError>) => RequestResult<SetBudgetResponses, SetBudgetErrors, ThrowOnError>;
/**
 * Get Costs
 *
 * Get what you were charged; the chart's amounts sum to the total.
 */
export declare const getCosts: <ThrowOnError extends boolean = false>(options?: Options<GetCostsData, ThrowOnError>) => RequestResult<GetCostsResponses, GetCostsErrors, ThrowOnError>;
/**
 * Download Costs
 *
 * Download your charges as a CSV file, one a row.
 */
export declare const downloadCosts: <ThrowOnError extends boolean = false>(options?: Options<DownloadCostsData, ThrowOnError>) => RequestResult<DownloadCostsResponses, DownloadCostsErrors, ThrowOnError>;
/**
 * List Datasets
 *
 * List your datasets, newest first.
 */
export declare const listDatasets: <ThrowOnError extends boolean = false>(options?: Options<ListDatasetsData, ThrowOnError>) => RequestResult<ListDatasetsResponses, ListDatasetsErrors, ThrowOnError>;
/**
 * Create Dataset
 *
 * Announce a file and get the URL to PUT it to.
 *
 * Send the file to `uploadUrl` with the headers in `upload.headers`, then confirm the dataset.
 */
export declare const createDataset: <ThrowOnError extends boolean = false>(options: Options<CreateDatasetData, ThrowOnError>) => RequestResult<CreateDatasetResponses, CreateDatasetErrors, ThrowOnError>;
/**
 * Create Sample Dataset
 *
 * Make the built-in sample a dataset of yours, to try everything with.
 */
export declare const createSampleDataset: <ThrowOnError extends boolean = false>(options?: Options<CreateSampleDatasetData, ThrowOnError>) => RequestResult<CreateSampleDatasetResponses, CreateSampleDatasetErrors, ThrowOnError>;
/**
 * Delete Dataset
 *
 * Delete a dataset that no active job uses; its file is removed after the retention time.
 */
export declare const deleteDataset: <ThrowOnError extends boolean = false>(options: Options<DeleteDatasetData, ThrowOnError>) => RequestResult<DeleteDatasetResponses, DeleteDatasetErrors, ThrowOnError>;
/**
 * Get Dataset
 *
 * Get one dataset with its first records and findings.
 */
export declare const getDataset: <ThrowOnError extends boolean = false>(options: Options<GetDatasetData, ThrowOnError>) => RequestResult<GetDatasetResponses, GetDatasetErrors, ThrowOnError>;
/**
 * Update Dataset
 *
 * Rename or describe a dataset; fields that are left out stay as they are.
 */
export declare const updateDataset: <ThrowOnError extends boolean = false>(options: Options<UpdateDatasetData, ThrowOnError>) => RequestResult<UpdateDatasetResponses, UpdateDatasetErrors, ThrowOnError>;
/**
 * Confirm Dataset Upload
 *
 * Say that the file, or all of its parts, are there; validation starts at once. Safe to repeat.
 */
export declare const confirmDatasetUpload: <ThrowOnError extends boolean = false>(options: Options<ConfirmDatasetUploadData, ThrowOnError>) => RequestResult<ConfirmDatasetUploadResponses, ConfirmDatasetUploadErrors, ThrowOnError>;
/**
 * Download Dataset
 *
 * Get a URL for the file as it was uploaded; valid for an hour.
 */
export declare const downloadDataset: <ThrowOnError extends boolean = false>(options: Options<DownloadDatasetData, ThrowOnError>) => RequestResult<DownloadDatasetResponses, DownloadDatasetErrors, ThrowOnError>;
/**
 * Preview Dataset
 *
 * Look at the first examples as the trainer will see them: text, tokens, what is trained, what is cut.
 */
export declare const previewDataset: <ThrowOnError extends boolean = false>(options: Options<PreviewDatasetData, ThrowOnError>) => RequestResult<PreviewDatasetResponses, PreviewDatasetErrors, ThrowOnError>;
/**
 * Repair Dataset
 *
 * Make a new dataset of the records that are good or can be mended; this one stays as it is.
 *
 * The new dataset is validated like any other; `repair_summary` tells what was kept, mended and dropped.
 */
export declare const repairDataset: <ThrowOnError extends boolean = false>(options: Options<RepairDatasetData, ThrowOnError>) => RequestResult<RepairDatasetResponses, RepairDatasetErrors, ThrowOnError>;
/**
 * Get Dataset Report
 *
 * Get every stored finding of the validation, with exact counts and statistics.
 */
export declare const getDatasetReport: <ThrowOnError extends boolean = false>(options: Options<GetDatasetReportData, ThrowOnError>) => RequestResult<GetDatasetReportResponses, GetDatasetReportErrors, ThrowOnError>;
/**
 * Download Dataset Report
 *
 * Download every stored finding as a CSV or JSON Lines file, in the order of the dataset's file.
 */
export declare const downloadDatasetReport: <ThrowOnError extends boolean = false>(options: Options<DownloadDatasetReportData, ThrowOnError>) => RequestResult<DownloadDatasetReportResponses, DownloadDatasetReportErrors, ThrowOnError>;
/**
 * Revalidate Dataset
 *
 * Check a dataset's file again, by today's rules. Safe to repeat.
 *
 * No job may be active on it, and none can be created until it is `ready` again.
 */
export declare const revalidateDataset: <ThrowOnError extends boolean = false>(options: Options<RevalidateDatasetData, ThrowOnError>) => RequestResult<RevalidateDatasetResponses, RevalidateDatasetErrors, ThrowOnError>;
/**
 * Open Dataset Upload
 *
 * Get fresh upload instructions, while the dataset still waits for its file.
 *
 * A file above 64 MiB is also offered in parts: send those that are not `uploaded` yet, in any order or
 * side by side, then confirm. After a broken upload, call this again to go on where it broke.
 */
export declare const openDatasetUpload: <ThrowOnError extends boolean = false>(options: Options<OpenDatasetUploadData, ThrowOnError>) => RequestResult<OpenDatasetUploadResponses, OpenDatasetUploadErrors, ThrowOnError>;
/**
 * List Events
 *
 * List what happened to all of your jobs, in the order in which it came to be known.
 *
 * With `Accept: text/event-stream` it goes on live. Ids are opaque; after a resume recent events may
 * come again: `(job_id, seq)` identifies them. The list shows events after two seconds.
 */
export declare const listEvents: <ThrowOnError extends boolean = false>(options?: Options<ListEventsData, ThrowOnError>) => RequestResult<ListEventsResponses, ListEventsErrors, ThrowOnError>;
/**
 * Get Liveness
 *
 * Whether the process answers; touches nothing.
 */
export declare const getLiveness: <ThrowOnError extends boolean = false>(options?: Options<GetLivenessData, ThrowOnError>) => RequestResult<GetLivenessResponses, GetLivenessErrors, ThrowOnError>;
/**
 * Get Readiness
 *
 * Whether requests can be served: 503 without a migrated database, `degraded` without Redis or store.
 */
export declare const getReadiness: <ThrowOnError extends boolean = false>(options?: Options<GetReadinessData, ThrowOnError>) => RequestResult<GetReadinessResponses, GetReadinessErrors, ThrowOnError>;
/**
 * List Jobs
 *
 * List your jobs, newest first.
 */
export declare const listJobs: <ThrowOnError extends boolean = false>(options?: Options<ListJobsData, ThrowOnError>) => RequestResult<ListJobsResponses, ListJobsErrors, ThrowOnError>;
/**
 * Create Job
 *
 * Queue a training job at the server's own price.
 *
 * With an `Idempotency-Key` header the request can be repeated without a second job.
 */
export declare const createJob: <ThrowOnError extends boolean = false>(options: Options<CreateJobData, ThrowOnError>) => RequestResult<CreateJobResponses, CreateJobErrors, ThrowOnError>;
/**
 * Compare Jobs
 *
 * Compare jobs: what was set differently, and their curves step by step.
 */
export declare const compareJobs: <ThrowOnError extends boolean = false>(options: Options<CompareJobsData, ThrowOnError>) => RequestResult<CompareJobsResponses, CompareJobsErrors, ThrowOnError>;
/**
 * Estimate Job
 *
 * Price a plan without side effects; any dataset of yours can be priced.
 */
export declare const estimateJob: <ThrowOnError extends boolean = false>(options: Options<EstimateJobData, ThrowOnError>) => RequestResult<EstimateJobResponses, EstimateJobErrors, ThrowOnError>;
/**
 * Get Job
 *
 * Get one job with its dataset, last metrics, costs and artifact.
 */
export declare const getJob: <ThrowOnError extends boolean = false>(options: Options<GetJobData, ThrowOnError>) => RequestResult<GetJobResponses, GetJobErrors, ThrowOnError>;
/**
 * Cancel Job
 *
 * Cancel a job: at once in the queue, within 15 seconds while it runs. Safe to repeat.
 */
export declare const cancelJob: <ThrowOnError extends boolean = false>(options: Options<CancelJobData, ThrowOnError>) => RequestResult<CancelJobResponses, CancelJobErrors, ThrowOnError>;
/**
 * List Job Checkpoints
 *
 * List the points from which the training can go on.
 */
export declare const listJobCheckpoints: <ThrowOnError extends boolean = false>(options: Options<ListJobCheckpointsData, ThrowOnError>) => RequestResult<ListJobCheckpointsResponses, ListJobCheckpointsErrors, ThrowOnError>;
/**
 * List Job Events
 *
 * List what happened to a job, in order; `seq` has no gaps.
 *
 * With `Accept: text/event-stream` it goes on live: `id:` is the seq, so that `Last-Event-ID` (or
 * `after_seq`) resumes without loss or repeats, and `end` is the last event.
 */
export declare const listJobEvents: <ThrowOnError extends boolean = false>(options: Options<ListJobEventsData, ThrowOnError>) => RequestResult<ListJobEventsResponses, ListJobEventsErrors, ThrowOnError>;
/**
 * List Job Logs
 *
 * List the trainer's log: lines of this level or above, in order.
 *
 * With `Accept: text/plain` all of it comes as text; with `text/event-stream` it goes on live, unfiltered.
 */
export declare const listJobLogs: <ThrowOnError extends boolean = false>(options: Options<ListJobLogsData, ThrowOnError>) => RequestResult<ListJobLogsResponses, ListJobLogsErrors, ThrowOnError>;
/**
 * Get Job Metrics
 *
 * Get the loss curve; more than `max_points` are thinned out, keeping extremes and the last.
 */
export declare const getJobMetrics: <ThrowOnError extends boolean = false>(options: Options<GetJobMetricsData, ThrowOnError>) => RequestResult<GetJobMetricsResponses, GetJobMetricsErrors, ThrowOnError>;
/**
 * Retry Job
 *
 * Try a failed or cancelled job again, as a new job that goes on from the last checkpoint.
 */
export declare const retryJob: <ThrowOnError extends boolean = false>(options: Options<RetryJobData, ThrowOnError>) => RequestResult<RetryJobResponses, RetryJobErrors, ThrowOnError>;
/**
 * Get Me
 *
 * Get your id, what you may have and what you have of it, and your budget.
 */
export declare const getMe: <ThrowOnError extends boolean = false>(options?: Options<GetMeData, ThrowOnError>) => RequestResult<GetMeResponses, GetMeErrors, ThrowOnError>;
/**
 * Erase Me
 *
 * Remove all that you have here, at once and for good: rows and files, API keys and webhooks.
 *
 * No job may be active and no dataset be validating. The answer counts what was removed and, counted anew
 * afterwards, what is left. What somebody still sends by an old upload URL is removed within two days. A
 * call with your token begins a new, empty account.
 */
export declare const eraseMe: <ThrowOnError extends boolean = false>(options: Options<EraseMeData, ThrowOnError>) => RequestResult<EraseMeResponses, EraseMeErrors, ThrowOnError>;
/**
 * List Models
 *
 * List your models, newest or best first.
 */
export declare const listModels: <ThrowOnError extends boolean = false>(options?: Options<ListModelsData, ThrowOnError>) => RequestResult<ListModelsResponses, ListModelsErrors, ThrowOnError>;
/**
 * Delete Model
 *
 * Delete a model; its files are removed when the retention time is over.
 */
export declare const deleteModel: <ThrowOnError extends boolean = false>(options: Options<DeleteModelData, ThrowOnError>) => RequestResult<DeleteModelResponses, DeleteModelErrors, ThrowOnError>;
/**
 * Get Model
 *
 * Get one model, with the job and the data that it comes from.
 */
export declare const getModel: <ThrowOnError extends boolean = false>(options: Options<GetModelData, ThrowOnError>) => RequestResult<GetModelResponses, GetModelErrors, ThrowOnError>;
/**
 * Update Model
 *
 * Rename or describe a model.
 */
export declare const updateModel: <ThrowOnError extends boolean = false>(options: Options<UpdateModelData, ThrowOnError>) => RequestResult<UpdateModelResponses, UpdateModelErrors, ThrowOnError>;
/**
 * Download Model Archive
 *
 * Download all files of a model as one ZIP.
 */
export declare const downloadModelArchive: <ThrowOnError extends boolean = false>(options: Options<DownloadModelArchiveData, ThrowOnError>) => RequestResult<DownloadModelArchiveResponses, DownloadModelArchiveErrors, ThrowOnError>;
/**
 * Download Model
 *
 * Get URLs for a model's files, valid for an hour, and the manifest with their hashes.
 */
export declare const downloadModel: <ThrowOnError extends boolean = false>(options: Options<DownloadModelData, ThrowOnError>) => RequestResult<DownloadModelResponses, DownloadModelErrors, ThrowOnError>;
/**
 * Get Notification Preferences
 *
 * Get which types of notifications you want.
 */
export declare const getNotificationPreferences: <ThrowOnError extends boolean = false>(options?: Options<GetNotificationPreferencesData, ThrowOnError>) => RequestResult<GetNotificationPreferencesResponses, GetNotificationPreferencesErrors, ThrowOnError>;
/**
 * Set Notification Preferences
 *
 * Say which types of notifications you want; those that are left out are wanted.
 */
export declare const setNotificationPreferences: <ThrowOnError extends boolean = false>(options: Options<SetNotificationPreferencesData, ThrowOnError>) => RequestResult<SetNotificationPreferencesResponses, SetNotificationPreferencesErrors, ThrowOnError>;
/**
 * List Notifications
 *
 * List your notifications, newest first.
 *
 * With `Accept: text/event-stream` new ones follow live; `id:` is the notification's.
 */
export declare const listNotifications: <ThrowOnError extends boolean = false>(options?: Options<ListNotificationsData, ThrowOnError>) => RequestResult<ListNotificationsResponses, ListNotificationsErrors, ThrowOnError>;
/**
 * Mark All Notifications Read
 *
 * Mark all as read.
 */
export declare const markAllNotificationsRead: <ThrowOnError extends boolean = false>(options?: Options<MarkAllNotificationsReadData, ThrowOnError>) => RequestResult<MarkAllNotificationsReadResponses, MarkAllNotificationsReadErrors, ThrowOnError>;
/**
 * Delete Notification
 *
 * Delete one.
 */
export declare const deleteNotification: <ThrowOnError extends boolean = false>(options: Options<DeleteNotificationData, ThrowOnError>) => RequestResult<DeleteNotificationResponses, DeleteNotificationErrors, ThrowOnError>;
/**
 * Mark Notification Read
 *
 * Mark one as read. Safe to repeat.
 */
export declare const markNotificationRead: <ThrowOnError extends boolean = false>(options: Options<MarkNotificationReadData, ThrowOnError>) => RequestResult<MarkNotificationReadResponses, MarkNotificationReadErrors, ThrowOnError>;
/**
 * Create Stream Token
 *
 * Get a token for one stream, valid for a minute: `EventSource` cannot send headers.
 *
 * Pass it as `?stream_token=`.
 */
export declare const createStreamToken: <ThrowOnError extends boolean = false>(options?: Options<CreateStreamTokenData, ThrowOnError>) => RequestResult<CreateStreamTokenResponses, CreateStreamTokenErrors, ThrowOnError>;
/**
 * Get Training Options
 *
 * Get presets, GPU types, bounds, base models and limits: no page needs to hard-code any.
 */
export declare const getTrainingOptions: <ThrowOnError extends boolean = false>(options?: Options<GetTrainingOptionsData, ThrowOnError>) => RequestResult<GetTrainingOptionsResponses, GetTrainingOptionsErrors, ThrowOnError>;
/**
 * Redeliver Webhook Delivery
 *
 * Send a message again at once, with its old id and body, and with all its tries before it.
 */
export declare const redeliverWebhookDelivery: <ThrowOnError extends boolean = false>(options: Options<RedeliverWebhookDeliveryData, ThrowOnError>) => RequestResult<RedeliverWebhookDeliveryResponses, RedeliverWebhookDeliveryErrors, ThrowOnError>;
/**
 * List Webhooks
 *
 * List your webhooks, newest first.
 */
export declare const listWebhooks: <ThrowOnError extends boolean = false>(options?: Options<ListWebhooksData, ThrowOnError>) => RequestResult<ListWebhooksResponses, ListWebhooksErrors, ThrowOnError>;
/**
 * Create Webhook
 *
 * Have messages sent to an address of yours when something happens.
 *
 * The secret that signs them is shown in this answer only. The signatures are those of Standard Webhooks.
 */
export declare const createWebhook: <ThrowOnError extends boolean = false>(options: Options<CreateWebhookData, ThrowOnError>) => RequestResult<CreateWebhookResponses, CreateWebhookErrors, ThrowOnError>;
/**
 * Delete Webhook
 *
 * Delete a webhook; what is waiting for it is not sent.
 */
export declare const deleteWebhook: <ThrowOnError extends boolean = false>(options: Options<DeleteWebhookData, ThrowOnError>) => RequestResult<DeleteWebhookResponses, DeleteWebhookErrors, ThrowOnError>;
/**
 * Get Webhook
 *
 * Get one webhook.
 */
export declare const getWebhook: <ThrowOnError extends boolean = false>(options: Options<GetWebhookData, ThrowOnError>) => RequestResult<GetWebhookResponses, GetWebhookErrors, ThrowOnError>;
/**
 * Update Webhook
 *
 * Change, disable or enable a webhook; fields that are left out stay as they are.
 *
 * What is already waiting follows a new address; once the webhook is disabled it is not sent.
 */
export declare const updateWebhook: <ThrowOnError extends boolean = false>(options: Options<UpdateWebhookData, ThrowOnError>) => RequestResult<UpdateWebhookResponses, UpdateWebhookErrors, ThrowOnError>;
/**
 * List Webhook Deliveries
 *
 * List what was sent to a webhook in the last 30 days, newest first, with every try.
 */
export declare const listWebhookDeliveries: <ThrowOnError extends boolean = false>(options: Options<ListWebhookDeliveriesData, ThrowOnError>) => RequestResult<ListWebhookDeliveriesResponses, ListWebhookDeliveriesErrors, ThrowOnError>;
/**
 * Rotate Webhook Secret
 *
 * Get a new secret, shown in this answer only. For 24 hours messages carry both signatures.
 */
export declare const rotateWebhookSecret: <ThrowOnError extends boolean = false>(options: Options<RotateWebhookSecretData, ThrowOnError>) => RequestResult<RotateWebhookSecretResponses, RotateWebhookSecretErrors, ThrowOnError>;
/**
 * Test Webhook
 *
 * Send a message at once, of a type that the webhook takes, with `Test` as its title.
 */
export declare const testWebhook: <ThrowOnError extends boolean = false>(options: Options<TestWebhookData, ThrowOnError>) => RequestResult<TestWebhookResponses, TestWebhookErrors, ThrowOnError>;
