// The main job by the generated client: node main_job.ts URL TOKEN FILE FOLDER
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { QueryClient } from '@tanstack/react-query';
import {
  client, confirmDatasetUpload, createDataset, downloadModel, estimateJob, listJobEvents, type EventRead,
} from 'lora-pipeline-client';
import { createJobMutation, getDatasetOptions, getJobOptions } from 'lora-pipeline-client/react-query';

const [url, token, file, folder] = process.argv.slice(2) as [string, string, string, string];
client.setConfig({ baseUrl: url, auth: token });
const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const throwOnError = true;

const content = await readFile(file);
const { data: { data: created } } = await createDataset({
  body: { name: 'By the TypeScript client', file_name: basename(file), file_size: content.length },
  headers: { 'idempotency-key': 'typescript-1' },
  throwOnError,
});
const put = await fetch(created.upload.url, { method: 'PUT', body: content, headers: created.upload.headers });
if (!put.ok) throw new Error(await put.text());
const dataset_id = created.dataset.id;
let { data: { data: { dataset } } } = await confirmDatasetUpload({ path: { dataset_id }, throwOnError });
while (dataset.status === 'validating') {
  await pause(200);
  ({ data: { dataset } } = await queries.fetchQuery(getDatasetOptions({ path: { dataset_id } })));
}

const gpu_config = { type: 'A100-80GB', count: 2 } as const;
const hyperparameters = { rank: 8 };
const { data: { data: price } } = await estimateJob({
  body: { dataset_id, gpu_config, hyperparameters }, throwOnError,
});
const creating = queries.getMutationCache().build(queries, createJobMutation());
const body = { dataset_id, gpu_config, preset_id: 'fast', hyperparameters } as const;
const { data: { id: job_id } } = await creating.execute({ body });

const { stream } = await client.sse.get<{ 200: EventRead }>({
  url: '/api/jobs/{job_id}/events',
  path: { job_id },
  headers: { Accept: 'text/event-stream' },
  security: [{ scheme: 'bearer', type: 'http' }],
});
const seen: EventRead[] = [];
for await (const event of stream) seen.push(event);
const { data: { data: { events } } } = await listJobEvents({
  path: { job_id }, query: { limit: 1000 }, throwOnError,
});
const { data: job } = await queries.fetchQuery(getJobOptions({ path: { job_id } }));
if (!job.artifact_id) throw new Error(`the job ${job.status}`);

const { data: { data: model } } = await downloadModel({
  path: { model_id: job.artifact_id }, body: {}, throwOnError,
});
for (const described of model.manifest.files) {
  const answer = await fetch(model.download_urls[described.path]!);
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (createHash('sha256').update(bytes).digest('hex') !== described.sha256) {
    throw new Error(`${described.path} is not what the manifest says`);
  }
  await writeFile(join(folder, described.path), bytes);
}

console.log(JSON.stringify({
  dataset: dataset.status,
  estimated_cost: price.estimated_cost,
  job: job.status,
  streamed: seen.map((event) => event.seq),
  listed: events.map((event) => event.seq),
  types: [...new Set(seen.map((event) => event.type))].sort(),
}));
