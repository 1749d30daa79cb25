import { type InfiniteData, type UseMutationOptions } from '@tanstack/react-query';
import { type Options } from '../sdk.gen.js';
import type { CancelJobData, CancelJobError, CancelJobResponse, CompareJobsData, ConfirmDatasetUploadData, ConfirmDatasetUploadError, ConfirmDatasetUploadResponse, CreateApiKeyData, CreateApiKeyError, CreateApiKeyResponse, CreateDatasetData, CreateDatasetError, CreateDatasetResponse, CreateJobData, CreateJobError, CreateJobResponse, CreateSampleDatasetData, CreateSampleDatasetError, CreateSampleDatasetResponse, CreateStreamTokenData, CreateStreamTokenError, CreateStreamTokenResponse, CreateWebhookData, CreateWebhookError, CreateWebhookResponse, DeleteDatasetData, DeleteDatasetError, DeleteDatasetResponse, DeleteModelData, DeleteModelError, DeleteModelResponse, DeleteNotificationData, DeleteNotificationError, DeleteNotificationResponse, DeleteWebhookData, DeleteWebhookError, DeleteWebhookResponse, DownloadCostsData, DownloadDatasetData, DownloadDatasetReportData, DownloadModelArchiveData, DownloadModelData, DownloadModelError, DownloadModelResponse, EraseMeData, EraseMeError, EraseMeResponse, EstimateJobData, EstimateJobError, EstimateJobResponse, GetBudgetData, GetCostsData, GetDatasetData, GetDatasetReportData, GetJobData, GetJobMetricsData, GetLivenessData, GetMeData, GetModelData, GetNotificationPreferencesData, GetReadinessData, GetTrainingOptionsData, GetWebhookData, ListApiKeysData, ListBaseModelsData, ListDatasetsData, ListEventsData, ListJobCheckpointsData, ListJobEventsData, ListJobLogsData, ListJobsData, ListModelsData, ListNotificationsData, ListWebhookDeliveriesData, ListWebhooksData, MarkAllNotificationsReadData, MarkAllNotificationsReadError, MarkAllNotificationsReadResponse, MarkNotificationReadData, MarkNotificationReadError, MarkNotificationReadResponse, OpenDatasetUploadData, OpenDatasetUploadError, OpenDatasetUploadResponse, PreviewDatasetData, RedeliverWebhookDeliveryData, RedeliverWebhookDeliveryError, RedeliverWebhookDeliveryResponse, RepairDatasetData, RepairDatasetError, RepairDatasetResponse, RetryJobData, RetryJobError, RetryJobResponse, RevalidateDatasetData, RevalidateDatasetError, RevalidateDatasetResponse, RevokeApiKeyData, RevokeApiKeyError, RevokeApiKeyResponse, RotateWebhookSecretData, RotateWebhookSecretError, RotateWebhookSecretResponse, SetBudgetData, SetBudgetError, SetBudgetResponse, SetNotificationPreferencesData, SetNotificationPreferencesError, SetNotificationPreferencesResponse, TestWebhookData, TestWebhookError, TestWebhookResponse, UpdateDatasetData, UpdateDatasetError, UpdateDatasetResponse, UpdateModelData, UpdateModelError, UpdateModelResponse, UpdateWebhookData, UpdateWebhookError, UpdateWebhookResponse } from '../types.gen.js';
export type QueryKey<TOptions extends Options> = [
    Pick<TOptions, 'baseUrl' | 'body' | 'headers' | 'path' | 'query'> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }
];
export declare const listApiKeysQueryKey: (options?: Options<ListApiKeysData>) => [Pick<Options<ListApiKeysData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * List Api Keys
 *
 * List your API keys, newest first, without their secrets.
 */
export declare const listApiKeysOptions: (options?: Options<ListApiKeysData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataApiKeyPage, import("../types.gen.js").Failure, import("../types.gen.js").DataApiKeyPage, [Pick<Options<ListApiKeysData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataApiKeyPage, [Pick<Options<ListApiKeysData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<ListApiKeysData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataApiKeyPage, import("../types.gen.js").Failure>;
export declare const listApiKeysInfiniteQueryKey: (options?: Options<ListApiKeysData>) => QueryKey<Options<ListApiKeysData>>;
/**
 * List Api Keys
 *
 * List your API keys, newest first, without their secrets.
 */
export declare const listApiKeysInfiniteOptions: (options?: Options<ListApiKeysData>) => Omit<import("@tanstack/react-query").UseInfiniteQueryOptions<import("../types.gen.js").DataApiKeyPage, import("../types.gen.js").Failure, InfiniteData<import("../types.gen.js").DataApiKeyPage, unknown>, QueryKey<Options<ListApiKeysData>>, number | Pick<Pick<Options<ListApiKeysData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}, "query" | "body" | "headers" | "path">> & {
    initialData: InfiniteData<import("../types.gen.js").DataApiKeyPage, number | Pick<Pick<Options<ListApiKeysData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">> | (() => InfiniteData<import("../types.gen.js").DataApiKeyPage, number | Pick<Pick<Options<ListApiKeysData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">>);
} & import("@tanstack/query-core").QueryKeyWithDataTag<QueryKey<Options<ListApiKeysData>>, InfiniteData<import("../types.gen.js").DataApiKeyPage, unknown>, import("../types.gen.js").Failure>, "initialData">;
/**
 * Create Api Key
 *
 * Make an API key; its secret is shown this once.
 *
 * Send it like a token: `Authorization: Bearer lp_...`. A key without the scope `write` can look at
 * everything and change nothing. A key that is made with another key can do no more than that one, lives no
 * longer, and is revoked with it.
 */
export declare const createApiKeyMutation: (options?: Partial<Options<CreateApiKeyData>>) => UseMutationOptions<CreateApiKeyResponse, CreateApiKeyError, Options<CreateApiKeyData>>;
/**
 * Revoke Api Key
 *
 * Revoke an API key; from now on nobody can use it.
 */
export declare const revokeApiKeyMutation: (options?: Partial<Options<RevokeApiKeyData>>) => UseMutationOptions<RevokeApiKeyResponse, RevokeApiKeyError, Options<RevokeApiKeyData>>;
export declare const listBaseModelsQueryKey: (options?: Options<ListBaseModelsData>) => [Pick<Options<ListBaseModelsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * List Base Models
 *
 * List the base models that can be tuned.
 */
export declare const listBaseModelsOptions: (options?: Options<ListBaseModelsData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataBaseModels, import("../types.gen.js").Failure, import("../types.gen.js").DataBaseModels, [Pick<Options<ListBaseModelsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataBaseModels, [Pick<Options<ListBaseModelsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<ListBaseModelsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataBaseModels, import("../types.gen.js").Failure>;
export declare const getBudgetQueryKey: (options?: Options<GetBudgetData>) => [Pick<Options<GetBudgetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Get Budget
 *
 * Get your monthly budget and what is spent of it.
 */
export declare const getBudgetOptions: (options?: Options<GetBudgetData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataBudgetRead, import("../types.gen.js").Failure, import("../types.gen.js").DataBudgetRead, [Pick<Options<GetBudgetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataBudgetRead, [Pick<Options<GetBudgetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<GetBudgetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataBudgetRead, import("../types.gen.js").Failure>;
/**
 * Set Budget
 *
 * Set or remove your monthly budget.
 *
 * At 80 % and at 100 % of it you get a `cost_alert`. With `block_above`, a job whose estimate (or cap) does
 * not fit beside what is spent and set aside for active jobs is refused with 409 `budget_exceeded`.
 */
export declare const setBudgetMutation: (options?: Partial<Options<SetBudgetData>>) => UseMutationOptions<SetBudgetResponse, SetBudgetError, Options<SetBudgetData>>;
export declare const getCostsQueryKey: (options?: Options<GetCostsData>) => [Pick<Options<GetCostsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Get Costs
 *
 * Get what you were charged; the chart's amounts sum to the total.
 */
export declare const getCostsOptions: (options?: Options<GetCostsData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataCostsRead, import("../types.gen.js").Failure, import("../types.gen.js").DataCostsRead, [Pick<Options<GetCostsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataCostsRead, [Pick<Options<GetCostsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<GetCostsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataCostsRead, import("../types.gen.js").Failure>;
export declare const downloadCostsQueryKey: (options?: Options<DownloadCostsData>) => [Pick<Options<DownloadCostsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Download Costs
 *
 * Download your charges as a CSV file, one a row.
 */
export declare const downloadCostsOptions: (options?: Options<DownloadCostsData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<string, import("../types.gen.js").Failure, string, [Pick<Options<DownloadCostsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<string, [Pick<Options<DownloadCostsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<DownloadCostsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], string, import("../types.gen.js").Failure>;
export declare const listDatasetsQueryKey: (options?: Options<ListDatasetsData>) => [Pick<Options<ListDatasetsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * List Datasets
 *
 * List your datasets, newest first.
 */
export declare const listDatasetsOptions: (options?: Options<ListDatasetsData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataDatasetPage, import("../types.gen.js").Failure, import("../types.gen.js").DataDatasetPage, [Pick<Options<ListDatasetsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataDatasetPage, [Pick<Options<ListDatasetsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<ListDatasetsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataDatasetPage, import("../types.gen.js").Failure>;
export declare const listDatasetsInfiniteQueryKey: (options?: Options<ListDatasetsData>) => QueryKey<Options<ListDatasetsData>>;
/**
 * List Datasets
 *
 * List your datasets, newest first.
 */
export declare const listDatasetsInfiniteOptions: (options?: Options<ListDatasetsData>) => Omit<import("@tanstack/react-query").UseInfiniteQueryOptions<import("../types.gen.js").DataDatasetPage, import("../types.gen.js").Failure, InfiniteData<import("../types.gen.js").DataDatasetPage, unknown>, QueryKey<Options<ListDatasetsData>>, number | Pick<Pick<Options<ListDatasetsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}, "query" | "body" | "headers" | "path">> & {
    initialData: InfiniteData<import("../types.gen.js").DataDatasetPage, number | Pick<Pick<Options<ListDatasetsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">> | (() => InfiniteData<import("../types.gen.js").DataDatasetPage, number | Pick<Pick<Options<ListDatasetsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">>);
} & import("@tanstack/query-core").QueryKeyWithDataTag<QueryKey<Options<ListDatasetsData>>, InfiniteData<import("../types.gen.js").DataDatasetPage, unknown>, import("../types.gen.js").Failure>, "initialData">;
/**
 * Create Dataset
 *
 * Announce a file and get the URL to PUT it to.
 *
 * Send the file to `uploadUrl` with the headers in `upload.headers`, then confirm the dataset.
 */
export declare const createDatasetMutation: (options?: Partial<Options<CreateDatasetData>>) => UseMutationOptions<CreateDatasetResponse, CreateDatasetError, Options<CreateDatasetData>>;
/**
 * Create Sample Dataset
 *
 * Make the built-in sample a dataset of yours, to try everything with.
 */
export declare const createSampleDatasetMutation: (options?: Partial<Options<CreateSampleDatasetData>>) => UseMutationOptions<CreateSampleDatasetResponse, CreateSampleDatasetError, Options<CreateSampleDatasetData>>;
/**
 * Delete Dataset
 *
 * Delete a dataset that no active job uses; its file is removed after the retention time.
 */
export declare const deleteDatasetMutation: (options?: Partial<Options<DeleteDatasetData>>) => UseMutationOptions<DeleteDatasetResponse, DeleteDatasetError, Options<DeleteDatasetData>>;
export declare const getDatasetQueryKey: (options: Options<GetDatasetData>) => [Pick<Options<GetDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Get Dataset
 *
 * Get one dataset with its first records and findings.
 */
export declare const getDatasetOptions: (options: Options<GetDatasetData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataDatasetOne, import("../types.gen.js").Failure, import("../types.gen.js").DataDatasetOne, [Pick<Options<GetDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataDatasetOne, [Pick<Options<GetDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<GetDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataDatasetOne, import("../types.gen.js").Failure>;
/**
 * Update Dataset
 *
 * Rename or describe a dataset; fields that are left out stay as they are.
 */
export declare const updateDatasetMutation: (options?: Partial<Options<UpdateDatasetData>>) => UseMutationOptions<UpdateDatasetResponse, UpdateDatasetError, Options<UpdateDatasetData>>;
/**
 * Confirm Dataset Upload
 *
 * Say that the file, or all of its parts, are there; validation starts at once. Safe to repeat.
 */
export declare const confirmDatasetUploadMutation: (options?: Partial<Options<ConfirmDatasetUploadData>>) => UseMutationOptions<ConfirmDatasetUploadResponse, ConfirmDatasetUploadError, Options<ConfirmDatasetUploadData>>;
export declare const downloadDatasetQueryKey: (options: Options<DownloadDatasetData>) => [Pick<Options<DownloadDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Download Dataset
 *
 * Get a URL for the file as it was uploaded; valid for an hour.
 */
export declare const downloadDatasetOptions: (options: Options<DownloadDatasetData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataDownload, import("../types.gen.js").Failure, import("../types.gen.js").DataDownload, [Pick<Options<DownloadDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataDownload, [Pick<Options<DownloadDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<DownloadDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataDownload, import("../types.gen.js").Failure>;
export declare const previewDatasetQueryKey: (options: Options<PreviewDatasetData>) => [Pick<Options<PreviewDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Preview Dataset
 *
 * Look at the first examples as the trainer will see them: text, tokens, what is trained, what is cut.
 */
export declare const previewDatasetOptions: (options: Options<PreviewDatasetData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataDatasetPreview, import("../types.gen.js").Failure, import("../types.gen.js").DataDatasetPreview, [Pick<Options<PreviewDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataDatasetPreview, [Pick<Options<PreviewDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<PreviewDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataDatasetPreview, import("../types.gen.js").Failure>;
export declare const previewDatasetInfiniteQueryKey: (options: Options<PreviewDatasetData>) => QueryKey<Options<PreviewDatasetData>>;
/**
 * Preview Dataset
 *
 * Look at the first examples as the trainer will see them: text, tokens, what is trained, what is cut.
 */
export declare const previewDatasetInfiniteOptions: (options: Options<PreviewDatasetData>) => Omit<import("@tanstack/react-query").UseInfiniteQueryOptions<import("../types.gen.js").DataDatasetPreview, import("../types.gen.js").Failure, InfiniteData<import("../types.gen.js").DataDatasetPreview, unknown>, QueryKey<Options<PreviewDatasetData>>, number | Pick<Pick<Options<PreviewDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}, "query" | "body" | "headers" | "path">> & {
    initialData: InfiniteData<import("../types.gen.js").DataDatasetPreview, number | Pick<Pick<Options<PreviewDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">> | (() => InfiniteData<import("../types.gen.js").DataDatasetPreview, number | Pick<Pick<Options<PreviewDatasetData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">>);
} & import("@tanstack/query-core").QueryKeyWithDataTag<QueryKey<Options<PreviewDatasetData>>, InfiniteData<import("../types.gen.js").DataDatasetPreview, unknown>, import("../types.gen.js").Failure>, "initialData">;
/**
 * Repair Dataset
 *
 * Make a new dataset of the records that are good or can be mended; this one stays as it is.
 *
 * The new dataset is validated like any other; `repair_summary` tells what was kept, mended and dropped.
 */
export declare const repairDatasetMutation: (options?: Partial<Options<RepairDatasetData>>) => UseMutationOptions<RepairDatasetResponse, RepairDatasetError, Options<RepairDatasetData>>;
export declare const getDatasetReportQueryKey: (options: Options<GetDatasetReportData>) => [Pick<Options<GetDatasetReportData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Get Dataset Report
 *
 * Get every stored finding of the validation, with exact counts and statistics.
 */
export declare const getDatasetReportOptions: (options: Options<GetDatasetReportData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataDatasetReport, import("../types.gen.js").Failure, import("../types.gen.js").DataDatasetReport, [Pick<Options<GetDatasetReportData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataDatasetReport, [Pick<Options<GetDatasetReportData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<GetDatasetReportData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataDatasetReport, import("../types.gen.js").Failure>;
export declare const getDatasetReportInfiniteQueryKey: (options: Options<GetDatasetReportData>) => QueryKey<Options<GetDatasetReportData>>;
/**
 * Get Dataset Report
 *
 * Get every stored finding of the validation, with exact counts and statistics.
 */
export declare const getDatasetReportInfiniteOptions: (options: Options<GetDatasetReportData>) => Omit<import("@tanstack/react-query").UseInfiniteQueryOptions<import("../types.gen.js").DataDatasetReport, import("../types.gen.js").Failure, InfiniteData<import("../types.gen.js").DataDatasetReport, unknown>, QueryKey<Options<GetDatasetReportData>>, number | Pick<Pick<Options<GetDatasetReportData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}, "query" | "body" | "headers" | "path">> & {
    initialData: InfiniteData<import("../types.gen.js").DataDatasetReport, number | Pick<Pick<Options<GetDatasetReportData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">> | (() => InfiniteData<import("../types.gen.js").DataDatasetReport, number | Pick<Pick<Options<GetDatasetReportData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">>);
} & import("@tanstack/query-core").QueryKeyWithDataTag<QueryKey<Options<GetDatasetReportData>>, InfiniteData<import("../types.gen.js").DataDatasetReport, unknown>, import("../types.gen.js").Failure>, "initialData">;
export declare const downloadDatasetReportQueryKey: (options: Options<DownloadDatasetReportData>) => [Pick<Options<DownloadDatasetReportData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Download Dataset Report
 *
 * Download every stored finding as a CSV or JSON Lines file, in the order of the dataset's file.
 */
export declare const downloadDatasetReportOptions: (options: Options<DownloadDatasetReportData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<string, import("../types.gen.js").Failure, string, [Pick<Options<DownloadDatasetReportData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<string, [Pick<Options<DownloadDatasetReportData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<DownloadDatasetReportData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], string, import("../types.gen.js").Failure>;
/**
 * Revalidate Dataset
 *
 * Check a dataset's file again, by today's rules. Safe to repeat.
 *
 * No job may be active on it, and none can be created until it is `ready` again.
 */
export declare const revalidateDatasetMutation: (options?: Partial<Options<RevalidateDatasetData>>) => UseMutationOptions<RevalidateDatasetResponse, RevalidateDatasetError, Options<RevalidateDatasetData>>;
/**
 * Open Dataset Upload
 *
 * Get fresh upload instructions, while the dataset still waits for its file.
 *
 * A file above 64 MiB is also offered in parts: send those that are not `uploaded` yet, in any order or
 * side by side, then confirm. After a broken upload, call this again to go on where it broke.
 */
export declare const openDatasetUploadMutation: (options?: Partial<Options<OpenDatasetUploadData>>) => UseMutationOptions<OpenDatasetUploadResponse, OpenDatasetUploadError, Options<OpenDatasetUploadData>>;
export declare const listEventsQueryKey: (options?: Options<ListEventsData>) => [Pick<Options<ListEventsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * List Events
 *
 * List what happened to all of your jobs, in the order in which it came to be known.
 *
 * With `Accept: text/event-stream` it goes on live. Ids are opaque; after a resume recent events may
 * come again: `(job_id, seq)` identifies them. The list shows events after two seconds.
 */
export declare const listEventsOptions: (options?: Options<ListEventsData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataUserEventPage, import("../types.gen.js").Failure, import("../types.gen.js").DataUserEventPage, [Pick<Options<ListEventsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataUserEventPage, [Pick<Options<ListEventsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<ListEventsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataUserEventPage, import("../types.gen.js").Failure>;
export declare const listEventsInfiniteQueryKey: (options?: Options<ListEventsData>) => QueryKey<Options<ListEventsData>>;
/**
 * List Events
 *
 * List what happened to all of your jobs, in the order in which it came to be known.
 *
 * With `Accept: text/event-stream` it goes on live. Ids are opaque; after a resume recent events may
 * come again: `(job_id, seq)` identifies them. The list shows events after two seconds.
 */
export declare const listEventsInfiniteOptions: (options?: Options<ListEventsData>) => Omit<import("@tanstack/react-query").UseInfiniteQueryOptions<import("../types.gen.js").DataUserEventPage, import("../types.gen.js").Failure, InfiniteData<import("../types.gen.js").DataUserEventPage, unknown>, QueryKey<Options<ListEventsData>>, string | Pick<Pick<Options<ListEventsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}, "query" | "body" | "headers" | "path"> | null> & {
    initialData: InfiniteData<import("../types.gen.js").DataUserEventPage, string | Pick<Pick<Options<ListEventsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path"> | null> | (() => InfiniteData<import("../types.gen.js").DataUserEventPage, string | Pick<Pick<Options<ListEventsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path"> | null>);
} & import("@tanstack/query-core").QueryKeyWithDataTag<QueryKey<Options<ListEventsData>>, InfiniteData<import("../types.gen.js").DataUserEventPage, unknown>, import("../types.gen.js").Failure>, "initialData">;
export declare const getLivenessQueryKey: (options?: Options<GetLivenessData>) => [Pick<Options<GetLivenessData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Get Liveness
 *
 * Whether the process answers; touches nothing.
 */
export declare const getLivenessOptions: (options?: Options<GetLivenessData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataLive, import("../types.gen.js").Failure, import("../types.gen.js").DataLive, [Pick<Options<GetLivenessData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataLive, [Pick<Options<GetLivenessData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<GetLivenessData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataLive, import("../types.gen.js").Failure>;
export declare const getReadinessQueryKey: (options?: Options<GetReadinessData>) => [Pick<Options<GetReadinessData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Get Readiness
 *
 * Whether requests can be served: 503 without a migrated database, `degraded` without Redis or store.
 */
export declare const getReadinessOptions: (options?: Options<GetReadinessData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataReady, import("../types.gen.js").Failure, import("../types.gen.js").DataReady, [Pick<Options<GetReadinessData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataReady, [Pick<Options<GetReadinessData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<GetReadinessData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataReady, import("../types.gen.js").Failure>;
export declare const listJobsQueryKey: (options?: Options<ListJobsData>) => [Pick<Options<ListJobsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * List Jobs
 *
 * List your jobs, newest first.
 */
export declare const listJobsOptions: (options?: Options<ListJobsData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataJobPage, import("../types.gen.js").Failure, import("../types.gen.js").DataJobPage, [Pick<Options<ListJobsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataJobPage, [Pick<Options<ListJobsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<ListJobsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataJobPage, import("../types.gen.js").Failure>;
export declare const listJobsInfiniteQueryKey: (options?: Options<ListJobsData>) => QueryKey<Options<ListJobsData>>;
/**
 * List Jobs
 *
 * List your jobs, newest first.
 */
export declare const listJobsInfiniteOptions: (options?: Options<ListJobsData>) => Omit<import("@tanstack/react-query").UseInfiniteQueryOptions<import("../types.gen.js").DataJobPage, import("../types.gen.js").Failure, InfiniteData<import("../types.gen.js").DataJobPage, unknown>, QueryKey<Options<ListJobsData>>, number | Pick<Pick<Options<ListJobsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}, "query" | "body" | "headers" | "path">> & {
    initialData: InfiniteData<import("../types.gen.js").DataJobPage, number | Pick<Pick<Options<ListJobsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">> | (() => InfiniteData<import("../types.gen.js").DataJobPage, number | Pick<Pick<Options<ListJobsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">>);
} & import("@tanstack/query-core").QueryKeyWithDataTag<QueryKey<Options<ListJobsData>>, InfiniteData<import("../types.gen.js").DataJobPage, unknown>, import("../types.gen.js").Failure>, "initialData">;
/**
 * Create Job
 *
 * Queue a training job at the server's own price.
 *
 * With an `Idempotency-Key` header the request can be repeated without a second job.
 */
export declare const createJobMutation: (options?: Partial<Options<CreateJobData>>) => UseMutationOptions<CreateJobResponse, CreateJobError, Options<CreateJobData>>;
export declare const compareJobsQueryKey: (options: Options<CompareJobsData>) => [Pick<Options<CompareJobsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Compare Jobs
 *
 * Compare jobs: what was set differently, and their curves step by step.
 */
export declare const compareJobsOptions: (options: Options<CompareJobsData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataJobComparison, import("../types.gen.js").Failure, import("../types.gen.js").DataJobComparison, [Pick<Options<CompareJobsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataJobComparison, [Pick<Options<CompareJobsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<CompareJobsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataJobComparison, import("../types.gen.js").Failure>;
/**
 * Estimate Job
 *
 * Price a plan without side effects; any dataset of yours can be priced.
 */
export declare const estimateJobMutation: (options?: Partial<Options<EstimateJobData>>) => UseMutationOptions<EstimateJobResponse, EstimateJobError, Options<EstimateJobData>>;
export declare const getJobQueryKey: (options: Options<GetJobData>) => [Pick<Options<GetJobData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Get Job
 *
 * Get one job with its dataset, last metrics, costs and artifact.
 */
export declare const getJobOptions: (options: Options<GetJobData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataJobRead, import("../types.gen.js").Failure, import("../types.gen.js").DataJobRead, [Pick<Options<GetJobData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataJobRead, [Pick<Options<GetJobData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<GetJobData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataJobRead, import("../types.gen.js").Failure>;
/**
 * Cancel Job
 *
 * Cancel a job: at once in the queue, within 15 seconds while it runs. Safe to repeat.
 */
export declare const cancelJobMutation: (options?: Partial<Options<CancelJobData>>) => UseMutationOptions<CancelJobResponse, CancelJobError, Options<CancelJobData>>;
export declare const listJobCheckpointsQueryKey: (options: Options<ListJobCheckpointsData>) => [Pick<Options<ListJobCheckpointsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * List Job Checkpoints
 *
 * List the points from which the training can go on.
 */
export declare const listJobCheckpointsOptions: (options: Options<ListJobCheckpointsData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataCheckpointList, import("../types.gen.js").Failure, import("../types.gen.js").DataCheckpointList, [Pick<Options<ListJobCheckpointsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataCheckpointList, [Pick<Options<ListJobCheckpointsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<ListJobCheckpointsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataCheckpointList, import("../types.gen.js").Failure>;
export declare const listJobEventsQueryKey: (options: Options<ListJobEventsData>) => [Pick<Options<ListJobEventsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * List Job Events
 *
 * List what happened to a job, in order; `seq` has no gaps.
 *
 * With `Accept: text/event-stream` it goes on live: `id:` is the seq, so that `Last-Event-ID` (or
 * `after_seq`) resumes without loss or repeats, and `end` is the last event.
 */
export declare const listJobEventsOptions: (options: Options<ListJobEventsData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataEventPage, import("../types.gen.js").Failure, import("../types.gen.js").DataEventPage, [Pick<Options<ListJobEventsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataEventPage, [Pick<Options<ListJobEventsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<ListJobEventsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataEventPage, import("../types.gen.js").Failure>;
export declare const listJobLogsQueryKey: (options: Options<ListJobLogsData>) => [Pick<Options<ListJobLogsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * List Job Logs
 *
 * List the trainer's log: lines of this level or above, in order.
 *
 * With `Accept: text/plain` all of it comes as text; with `text/event-stream` it goes on live, unfiltered.
 */
export declare const listJobLogsOptions: (options: Options<ListJobLogsData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataLogPage, import("../types.gen.js").Failure, import("../types.gen.js").DataLogPage, [Pick<Options<ListJobLogsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataLogPage, [Pick<Options<ListJobLogsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<ListJobLogsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataLogPage, import("../types.gen.js").Failure>;
export declare const getJobMetricsQueryKey: (options: Options<GetJobMetricsData>) => [Pick<Options<GetJobMetricsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Get Job Metrics
 *
 * Get the loss curve; more than `max_points` are thinned out, keeping extremes and the last.
 */
export declare const getJobMetricsOptions: (options: Options<GetJobMetricsData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataMetricsRead, import("../types.gen.js").Failure, import("../types.gen.js").DataMetricsRead, [Pick<Options<GetJobMetricsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataMetricsRead, [Pick<Options<GetJobMetricsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<GetJobMetricsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataMetricsRead, import("../types.gen.js").Failure>;
/**
 * Retry Job
 *
 * Try a failed or cancelled job again, as a new job that goes on from the last checkpoint.
 */
export declare const retryJobMutation: (options?: Partial<Options<RetryJobData>>) => UseMutationOptions<RetryJobResponse, RetryJobError, Options<RetryJobData>>;
export declare const getMeQueryKey: (options?: Options<GetMeData>) => [Pick<Options<GetMeData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Get Me
 *
 * Get your id, what you may have and what you have of it, and your budget.
 */
export declare const getMeOptions: (options?: Options<GetMeData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataMeRead, import("../types.gen.js").Failure, import("../types.gen.js").DataMeRead, [Pick<Options<GetMeData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataMeRead, [Pick<Options<GetMeData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<GetMeData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataMeRead, import("../types.gen.js").Failure>;
/**
 * Erase Me
 *
 * Remove all that you have here, at once and for good: rows and files, API keys and webhooks.
 *
 * No job may be active and no dataset be validating. The answer counts what was removed and, counted anew
 * afterwards, what is left. What somebody still sends by an old upload URL is removed within two days. A
 * call with your token begins a new, empty account.
 */
export declare const eraseMeMutation: (options?: Partial<Options<EraseMeData>>) => UseMutationOptions<EraseMeResponse, EraseMeError, Options<EraseMeData>>;
export declare const listModelsQueryKey: (options?: Options<ListModelsData>) => [Pick<Options<ListModelsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * List Models
 *
 * List your models, newest or best first.
 */
export declare const listModelsOptions: (options?: Options<ListModelsData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataModelPage, import("../types.gen.js").Failure, import("../types.gen.js").DataModelPage, [Pick<Options<ListModelsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataModelPage, [Pick<Options<ListModelsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<ListModelsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataModelPage, import("../types.gen.js").Failure>;
export declare const listModelsInfiniteQueryKey: (options?: Options<ListModelsData>) => QueryKey<Options<ListModelsData>>;
/**
 * List Models
 *
 * List your models, newest or best first.
 */
export declare const listModelsInfiniteOptions: (options?: Options<ListModelsData>) => Omit<import("@tanstack/react-query").UseInfiniteQueryOptions<import("../types.gen.js").DataModelPage, import("../types.gen.js").Failure, InfiniteData<import("../types.gen.js").DataModelPage, unknown>, QueryKey<Options<ListModelsData>>, number | Pick<Pick<Options<ListModelsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}, "query" | "body" | "headers" | "path">> & {
    initialData: InfiniteData<import("../types.gen.js").DataModelPage, number | Pick<Pick<Options<ListModelsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">> | (() => InfiniteData<import("../types.gen.js").DataModelPage, number | Pick<Pick<Options<ListModelsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">>);
} & import("@tanstack/query-core").QueryKeyWithDataTag<QueryKey<Options<ListModelsData>>, InfiniteData<import("../types.gen.js").DataModelPage, unknown>, import("../types.gen.js").Failure>, "initialData">;
/**
 * Delete Model
 *
 * Delete a model; its files are removed when the retention time is over.
 */
export declare const deleteModelMutation: (options?: Partial<Options<DeleteModelData>>) => UseMutationOptions<DeleteModelResponse, DeleteModelError, Options<DeleteModelData>>;
export declare const getModelQueryKey: (options: Options<GetModelData>) => [Pick<Options<GetModelData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Get Model
 *
 * Get one model, with the job and the data that it comes from.
 */
export declare const getModelOptions: (options: Options<GetModelData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataModelDetail, import("../types.gen.js").Failure, import("../types.gen.js").DataModelDetail, [Pick<Options<GetModelData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataModelDetail, [Pick<Options<GetModelData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<GetModelData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataModelDetail, import("../types.gen.js").Failure>;
/**
 * Update Model
 *
 * Rename or describe a model.
 */
export declare const updateModelMutation: (options?: Partial<Options<UpdateModelData>>) => UseMutationOptions<UpdateModelResponse, UpdateModelError, Options<UpdateModelData>>;
export declare const downloadModelArchiveQueryKey: (options: Options<DownloadModelArchiveData>) => [Pick<Options<DownloadModelArchiveData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Download Model Archive
 *
 * Download all files of a model as one ZIP.
 */
export declare const downloadModelArchiveOptions: (options: Options<DownloadModelArchiveData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<Blob | File, import("../types.gen.js").Failure, Blob | File, [Pick<Options<DownloadModelArchiveData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<Blob | File, [Pick<Options<DownloadModelArchiveData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<DownloadModelArchiveData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], Blob | File, import("../types.gen.js").Failure>;
/**
 * Download Model
 *
 * Get URLs for a model's files, valid for an hour, and the manifest with their hashes.
 */
export declare const downloadModelMutation: (options?: Partial<Options<DownloadModelData>>) => UseMutationOptions<DownloadModelResponse, DownloadModelError, Options<DownloadModelData>>;
export declare const getNotificationPreferencesQueryKey: (options?: Options<GetNotificationPreferencesData>) => [Pick<Options<GetNotificationPreferencesData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Get Notification Preferences
 *
 * Get which types of notifications you want.
 */
export declare const getNotificationPreferencesOptions: (options?: Options<GetNotificationPreferencesData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataNotificationPreferences, import("../types.gen.js").Failure, import("../types.gen.js").DataNotificationPreferences, [Pick<Options<GetNotificationPreferencesData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataNotificationPreferences, [Pick<Options<GetNotificationPreferencesData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<GetNotificationPreferencesData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataNotificationPreferences, import("../types.gen.js").Failure>;
/**
 * Set Notification Preferences
 *
 * Say which types of notifications you want; those that are left out are wanted.
 */
export declare const setNotificationPreferencesMutation: (options?: Partial<Options<SetNotificationPreferencesData>>) => UseMutationOptions<SetNotificationPreferencesResponse, SetNotificationPreferencesError, Options<SetNotificationPreferencesData>>;
export declare const listNotificationsQueryKey: (options?: Options<ListNotificationsData>) => [Pick<Options<ListNotificationsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * List Notifications
 *
 * List your notifications, newest first.
 *
 * With `Accept: text/event-stream` new ones follow live; `id:` is the notification's.
 */
export declare const listNotificationsOptions: (options?: Options<ListNotificationsData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataNotificationPage, import("../types.gen.js").Failure, import("../types.gen.js").DataNotificationPage, [Pick<Options<ListNotificationsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataNotificationPage, [Pick<Options<ListNotificationsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<ListNotificationsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataNotificationPage, import("../types.gen.js").Failure>;
export declare const listNotificationsInfiniteQueryKey: (options?: Options<ListNotificationsData>) => QueryKey<Options<ListNotificationsData>>;
/**
 * List Notifications
 *
 * List your notifications, newest first.
 *
 * With `Accept: text/event-stream` new ones follow live; `id:` is the notification's.
 */
export declare const listNotificationsInfiniteOptions: (options?: Options<ListNotificationsData>) => Omit<import("@tanstack/react-query").UseInfiniteQueryOptions<import("../types.gen.js").DataNotificationPage, import("../types.gen.js").Failure, InfiniteData<import("../types.gen.js").DataNotificationPage, unknown>, QueryKey<Options<ListNotificationsData>>, number | Pick<Pick<Options<ListNotificationsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}, "query" | "body" | "headers" | "path">> & {
    initialData: InfiniteData<import("../types.gen.js").DataNotificationPage, number | Pick<Pick<Options<ListNotificationsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">> | (() => InfiniteData<import("../types.gen.js").DataNotificationPage, number | Pick<Pick<Options<ListNotificationsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">>);
} & import("@tanstack/query-core").QueryKeyWithDataTag<QueryKey<Options<ListNotificationsData>>, InfiniteData<import("../types.gen.js").DataNotificationPage, unknown>, import("../types.gen.js").Failure>, "initialData">;
/**
 * Mark All Notifications Read
 *
 * Mark all as read.
 */
export declare const markAllNotificationsReadMutation: (options?: Partial<Options<MarkAllNotificationsReadData>>) => UseMutationOptions<MarkAllNotificationsReadResponse, MarkAllNotificationsReadError, Options<MarkAllNotificationsReadData>>;
/**
 * Delete Notification
 *
 * Delete one.
 */
export declare const deleteNotificationMutation: (options?: Partial<Options<DeleteNotificationData>>) => UseMutationOptions<DeleteNotificationResponse, DeleteNotificationError, Options<DeleteNotificationData>>;
/**
 * Mark Notification Read
 *
 * Mark one as read. Safe to repeat.
 */
export declare const markNotificationReadMutation: (options?: Partial<Options<MarkNotificationReadData>>) => UseMutationOptions<MarkNotificationReadResponse, MarkNotificationReadError, Options<MarkNotificationReadData>>;
/**
 * Create Stream Token
 *
 * Get a token for one stream, valid for a minute: `EventSource` cannot send headers.
 *
 * Pass it as `?stream_token=`.
 */
export declare const createStreamTokenMutation: (options?: Partial<Options<CreateStreamTokenData>>) => UseMutationOptions<CreateStreamTokenResponse, CreateStreamTokenError, Options<CreateStreamTokenData>>;
export declare const getTrainingOptionsQueryKey: (options?: Options<GetTrainingOptionsData>) => [Pick<Options<GetTrainingOptionsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Get Training Options
 *
 * Get presets, GPU types, bounds, base models and limits: no page needs to hard-code any.
 */
export declare const getTrainingOptionsOptions: (options?: Options<GetTrainingOptionsData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataTrainingOptions, import("../types.gen.js").Failure, import("../types.gen.js").DataTrainingOptions, [Pick<Options<GetTrainingOptionsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataTrainingOptions, [Pick<Options<GetTrainingOptionsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<GetTrainingOptionsData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataTrainingOptions, import("../types.gen.js").Failure>;
/**
 * Redeliver Webhook Delivery
 *
 * Send a message again at once, with its old id and body, and with all its tries before it.
 */
export declare const redeliverWebhookDeliveryMutation: (options?: Partial<Options<RedeliverWebhookDeliveryData>>) => UseMutationOptions<RedeliverWebhookDeliveryResponse, RedeliverWebhookDeliveryError, Options<RedeliverWebhookDeliveryData>>;
export declare const listWebhooksQueryKey: (options?: Options<ListWebhooksData>) => [Pick<Options<ListWebhooksData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * List Webhooks
 *
 * List your webhooks, newest first.
 */
export declare const listWebhooksOptions: (options?: Options<ListWebhooksData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataWebhookPage, import("../types.gen.js").Failure, import("../types.gen.js").DataWebhookPage, [Pick<Options<ListWebhooksData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataWebhookPage, [Pick<Options<ListWebhooksData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<ListWebhooksData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataWebhookPage, import("../types.gen.js").Failure>;
export declare const listWebhooksInfiniteQueryKey: (options?: Options<ListWebhooksData>) => QueryKey<Options<ListWebhooksData>>;
/**
 * List Webhooks
 *
 * List your webhooks, newest first.
 */
export declare const listWebhooksInfiniteOptions: (options?: Options<ListWebhooksData>) => Omit<import("@tanstack/react-query").UseInfiniteQueryOptions<import("../types.gen.js").DataWebhookPage, import("../types.gen.js").Failure, InfiniteData<import("../types.gen.js").DataWebhookPage, unknown>, QueryKey<Options<ListWebhooksData>>, number | Pick<Pick<Options<ListWebhooksData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}, "query" | "body" | "headers" | "path">> & {
    initialData: InfiniteData<import("../types.gen.js").DataWebhookPage, number | Pick<Pick<Options<ListWebhooksData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">> | (() => InfiniteData<import("../types.gen.js").DataWebhookPage, number | Pick<Pick<Options<ListWebhooksData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">>);
} & import("@tanstack/query-core").QueryKeyWithDataTag<QueryKey<Options<ListWebhooksData>>, InfiniteData<import("../types.gen.js").DataWebhookPage, unknown>, import("../types.gen.js").Failure>, "initialData">;
/**
 * Create Webhook
 *
 * Have messages sent to an address of yours when something happens.
 *
 * The secret that signs them is shown in this answer only. The signatures are those of Standard Webhooks.
 */
export declare const createWebhookMutation: (options?: Partial<Options<CreateWebhookData>>) => UseMutationOptions<CreateWebhookResponse, CreateWebhookError, Options<CreateWebhookData>>;
/**
 * Delete Webhook
 *
 * Delete a webhook; what is waiting for it is not sent.
 */
export declare const deleteWebhookMutation: (options?: Partial<Options<DeleteWebhookData>>) => UseMutationOptions<DeleteWebhookResponse, DeleteWebhookError, Options<DeleteWebhookData>>;
export declare const getWebhookQueryKey: (options: Options<GetWebhookData>) => [Pick<Options<GetWebhookData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * Get Webhook
 *
 * Get one webhook.
 */
export declare const getWebhookOptions: (options: Options<GetWebhookData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataWebhookOne, import("../types.gen.js").Failure, import("../types.gen.js").DataWebhookOne, [Pick<Options<GetWebhookData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataWebhookOne, [Pick<Options<GetWebhookData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<GetWebhookData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataWebhookOne, import("../types.gen.js").Failure>;
/**
 * Update Webhook
 *
 * Change, disable or enable a webhook; fields that are left out stay as they are.
 *
 * What is already waiting follows a new address; once the webhook is disabled it is not sent.
 */
export declare const updateWebhookMutation: (options?: Partial<Options<UpdateWebhookData>>) => UseMutationOptions<UpdateWebhookResponse, UpdateWebhookError, Options<UpdateWebhookData>>;
export declare const listWebhookDeliveriesQueryKey: (options: Options<ListWebhookDeliveriesData>) => [Pick<Options<ListWebhookDeliveriesData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}];
/**
 * List Webhook Deliveries
 *
 * List what was sent to a webhook in the last 30 days, newest first, with every try.
 */
export declare const listWebhookDeliveriesOptions: (options: Options<ListWebhookDeliveriesData>) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<import("../types.gen.js").DataDeliveryPage, import("../types.gen.js").Failure, import("../types.gen.js").DataDeliveryPage, [Pick<Options<ListWebhookDeliveriesData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}]>, "queryFn"> & {
    queryFn?: import("@tanstack/query-core").QueryFunction<import("../types.gen.js").DataDeliveryPage, [Pick<Options<ListWebhookDeliveriesData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }], never> | undefined;
} & import("@tanstack/query-core").QueryKeyWithDataTag<[Pick<Options<ListWebhookDeliveriesData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}], import("../types.gen.js").DataDeliveryPage, import("../types.gen.js").Failure>;
export declare const listWebhookDeliveriesInfiniteQueryKey: (options: Options<ListWebhookDeliveriesData>) => QueryKey<Options<ListWebhookDeliveriesData>>;
/**
 * List Webhook Deliveries
 *
 * List what was sent to a webhook in the last 30 days, newest first, with every try.
 */
export declare const listWebhookDeliveriesInfiniteOptions: (options: Options<ListWebhookDeliveriesData>) => Omit<import("@tanstack/react-query").UseInfiniteQueryOptions<import("../types.gen.js").DataDeliveryPage, import("../types.gen.js").Failure, InfiniteData<import("../types.gen.js").DataDeliveryPage, unknown>, QueryKey<Options<ListWebhookDeliveriesData>>, number | Pick<Pick<Options<ListWebhookDeliveriesData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
    _id: string;
    _infinite?: boolean;
    tags?: ReadonlyArray<string>;
}, "query" | "body" | "headers" | "path">> & {
    initialData: InfiniteData<import("../types.gen.js").DataDeliveryPage, number | Pick<Pick<Options<ListWebhookDeliveriesData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">> | (() => InfiniteData<import("../types.gen.js").DataDeliveryPage, number | Pick<Pick<Options<ListWebhookDeliveriesData>, "query" | "body" | "headers" | "path" | "baseUrl"> & {
        _id: string;
        _infinite?: boolean;
        tags?: ReadonlyArray<string>;
    }, "query" | "body" | "headers" | "path">>);
} & import("@tanstack/query-core").QueryKeyWithDataTag<QueryKey<Options<ListWebhookDeliveriesData>>, InfiniteData<import("../types.gen.js").DataDeliveryPage, unknown>, import("../types.gen.js").Failure>, "initialData">;
/**
 * Rotate Webhook Secret
 *
 * Get a new secret, shown in this answer only. For 24 hours messages carry both signatures.
 */
export declare const rotateWebhookSecretMutation: (options?: Partial<Options<RotateWebhookSecretData>>) => UseMutationOptions<RotateWebhookSecretResponse, RotateWebhookSecretError, Options<RotateWebhookSecretData>>;
/**
 * Test Webhook
 *
 * Send a message at once, of a type that the webhook takes, with `Test` as its title.
 */
export declare const testWebhookMutation: (options?: Partial<Options<TestWebhookData>>) => UseMutationOptions<TestWebhookResponse, TestWebhookError, Options<TestWebhookData>>;
