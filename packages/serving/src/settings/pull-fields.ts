import { field, text } from '@facet/config';
import { bucketFields } from './bucket-fields.ts';
import { inferenceFields } from './inference-fields.ts';

/** What `pull-models` is told, which brings models before a service starts. */
export const pullFields = {
  task: field({ env: 'TASK', schema: text(), doc: 'Name of the task; by default that of the service.' }),
  modelsUrl: field({
    env: 'MODELS_URL',
    schema: text(),
    fallback: '',
    doc: 'Where models come from: `s3://bucket/prefix`, below it `<task>/<version>/`. Required.',
  }),
  modelsDir: field({ env: 'MODELS_DIR', schema: text(), fallback: '/models', doc: 'Folder that they are put into, as `<task>/<version>/`.' }),
  modelVersions: inferenceFields.modelVersions,
  modelSha256: inferenceFields.modelSha256,
  ...bucketFields,
};
