import { field, text, url, type Config } from '@facet/config';
import { inferenceFields } from '../inference-fields.ts';

/** How a bucket is reached. */
export const bucketFields = {
  s3Endpoint: field({ env: 'S3_ENDPOINT', schema: url(), doc: 'Server that speaks S3, when it is not AWS.' }),
  awsRegion: field({ env: 'AWS_DEFAULT_REGION', schema: text(), doc: 'Region of the bucket.' }),
  awsAccessKeyId: field({ env: 'AWS_ACCESS_KEY_ID', schema: text(), doc: 'Key for the bucket; without it the role of the pod or machine is used.' }),
  awsSecretAccessKey: field({ env: 'AWS_SECRET_ACCESS_KEY', schema: text(), secret: true, doc: 'Its secret.' }),
};

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

/** As `openStore` wants it. */
export function storeSettings({ s3Endpoint, awsRegion, awsAccessKeyId, awsSecretAccessKey }: Config<typeof bucketFields>) {
  return {
    endpoint: s3Endpoint,
    region: awsRegion,
    credentials:
      awsAccessKeyId !== undefined && awsSecretAccessKey !== undefined ? { accessKeyId: awsAccessKeyId, secretAccessKey: awsSecretAccessKey } : undefined,
  };
}
