import { field, text, url, type Config } from '@facet/config';

/** How a bucket is reached. */
export const bucketFields = {
  s3Endpoint: field({ env: 'S3_ENDPOINT', schema: url(), doc: 'Server that speaks S3, when it is not AWS.' }),
  awsRegion: field({ env: 'AWS_DEFAULT_REGION', schema: text(), doc: 'Region of the bucket.' }),
  awsAccessKeyId: field({ env: 'AWS_ACCESS_KEY_ID', schema: text(), doc: 'Key for the bucket; without it the role of the pod or machine is used.' }),
  awsSecretAccessKey: field({ env: 'AWS_SECRET_ACCESS_KEY', schema: text(), secret: true, doc: 'Its secret.' }),
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
