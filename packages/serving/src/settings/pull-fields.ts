import { field, text } from '@facet/config';
import { bucketFields } from './bucket-fields.ts';
import { inferenceFields } from './inference-fields.ts';

/** What `pull-models` is told, which brings models before a service starts. */
export const pullFields = {
  task: field({ env: 'TASK', schema: text(), doc: 'Name of the task. Defaults to the name of the service.' }),
  modelsUrl: field({
    env: 'MODELS_URL',
    schema: text(),
    fallback: '',
    doc: 'Source of the models: `s3://bucket/prefix`, which contains `<task>/<version>/`. Required.',
  }),
  modelsDir: field({ env: 'MODELS_DIR', schema: text(), fallback: '/models', doc: 'Target folder of the models, as `<task>/<version>/`.' }),
  modelVersions: inferenceFields.modelVersions,
  modelSha256: inferenceFields.modelSha256,
  ...bucketFields,
};
