import { field, text, url, type Config } from '@facet/config';

/** How a bucket is reached. Credentials are listed for the reference alone: the AWS SDK finds them itself, here or in its other places. */
export const bucketFields = {
  s3Endpoint: field({ env: 'S3_ENDPOINT', schema: url(), doc: 'Endpoint of an S3-compatible server other than AWS.' }),
  awsRegion: field({
    env: 'AWS_REGION',
    schema: text(),
    doc: 'Region of the bucket. Defaults to `AWS_DEFAULT_REGION`, then the profile of the AWS SDK, then `us-east-1`.',
  }),
  awsDefaultRegion: field({ env: 'AWS_DEFAULT_REGION', schema: text(), doc: 'Region of the bucket if `AWS_REGION` is not set.' }),
  awsAccessKeyId: field({
    env: 'AWS_ACCESS_KEY_ID',
    schema: text(),
    doc: 'Access key ID for the bucket. Without it the AWS SDK uses its default chain: profile, SSO, web identity (IRSA), container (ECS, EKS Pod Identity), instance (IMDS).',
  }),
  awsSecretAccessKey: field({ env: 'AWS_SECRET_ACCESS_KEY', schema: text(), secret: true, doc: 'Secret access key for the bucket.' }),
  awsSessionToken: field({ env: 'AWS_SESSION_TOKEN', schema: text(), secret: true, doc: 'Session token of temporary credentials.' }),
};

/** As `openStore` wants it. */
export function storeSettings({ s3Endpoint, awsRegion, awsDefaultRegion }: Config<typeof bucketFields>) {
  return { endpoint: s3Endpoint, region: awsRegion ?? awsDefaultRegion };
}
