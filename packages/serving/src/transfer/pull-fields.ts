import { field, text } from '@facet/config';
import { bucketFields } from '../bucket-fields.ts';
import { inferenceFields } from '../inference-fields.ts';

/** What `pull-models` is told, which brings models before a service starts. */
export const pullFields = {
  modelsUrl: field({
    env: 'MODELS_URL',
    schema: text(),
    fallback: '',
    doc: 'Where models come from: `s3://bucket/prefix`, below it `<task>/<version>/`. Required.',
  }),
  modelsDir: field({ env: 'MODELS_DIR', schema: text(), fallback: '/models', doc: 'Folder that they are put into, as `<task>/<version>/`.' }),
  modelVersions: inferenceFields.modelVersions,
  modelV1Sha256: inferenceFields.modelV1Sha256,
  modelV2Sha256: inferenceFields.modelV2Sha256,
  ...bucketFields,
};
