// The hooks of openapi/README.md, on TanStack Query; type-checked only
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Failure, ListJobsData } from 'lora-pipeline-client';
import {
  createJobMutation, estimateJobMutation, getJobOptions, listDatasetsOptions, listJobsOptions, listJobsQueryKey,
} from 'lora-pipeline-client/react-query';

const ACTIVE = new Set(['queued', 'initializing', 'running']);

export const useDatasets = () => useQuery(listDatasetsOptions({ query: { training_ready: true } }));

export const useTrainingJobs = (query?: ListJobsData['query']) => useQuery(listJobsOptions(query && { query }));

export const useTrainingJob = (id: string | null) =>
  useQuery({
    ...getJobOptions({ path: { job_id: id ?? '' } }),
    enabled: id !== null,
    refetchInterval: ({ state }) => (ACTIVE.has(state.data?.data.status ?? '') ? 5000 : false),
  });

export const useEstimateCost = () => useMutation(estimateJobMutation());

export const useCreateTrainingJob = (go: (path: string) => void, toast: (failure: Failure) => void) => {
  const queries = useQueryClient();
  return useMutation({
    ...createJobMutation(),
    onSuccess: ({ data: job }) => {
      void queries.invalidateQueries({ queryKey: [{ _id: listJobsQueryKey()[0]._id }] });
      go(`/training/jobs/${job.id}`);
    },
    onError: toast,
  });
};
