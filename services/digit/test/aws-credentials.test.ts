import { locateProgram } from '@facet/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const expiration = '2099-01-01T00:00:00Z';
const temporary = (token: string) => ({ AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 'secret', Token: token, Expiration: expiration, Code: 'Success' });

/** What answers in AWS: S3, and those that hand out credentials. */
function answerOf({ url = '', method }: IncomingMessage): [status: number, body: string] {
  if (url === '/container') return [200, JSON.stringify(temporary('of-container'))];
  if (url === '/latest/api/token' && method === 'PUT') return [200, 'imds'];
  if (url === '/latest/meta-data/iam/security-credentials/') return [200, 'role'];
  if (url === '/latest/meta-data/iam/security-credentials/role') return [200, JSON.stringify(temporary('of-instance'))];
  if (url === '/sts/' || url === '/sts')
    return [
      200,
      `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>of-web-identity</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
    ];
  return [404, '<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>'];
}

describe('a bucket is reached with what the AWS SDK finds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aws-'));
  const [credentials, config, token] = ['credentials', 'config', 'token'].map((name) => join(folder, name)) as [string, string, string];
  const asked: { token: string | undefined; region: string | undefined; key: string | undefined }[] = [];
  let server: Server;
  let url: string;

  beforeAll(async () => {
    const section = (name: string, sessionToken: string) =>
      `[${name}]\naws_access_key_id = ASIAEXAMPLE\naws_secret_access_key = secret\naws_session_token = ${sessionToken}\n`;
    writeFileSync(credentials, section('default', 'of-file') + section('other', 'of-profile'));
    writeFileSync(config, '[default]\nregion = eu-north-1\n[profile other]\nregion = eu-west-3\n');
    writeFileSync(token, 'web identity');
    server = createServer((request, response) => {
      const authorization = request.headers.authorization ?? '';
      if (request.url?.startsWith('/bucket')) {
        const [, key, region] = /Credential=([^/]+)\/\d+\/([^/]+)\/s3/.exec(authorization) ?? [];
        asked.push({ token: request.headers['x-amz-security-token'] as string | undefined, region, key });
      }
      const [status, body] = answerOf(request);
      request.resume();
      response.writeHead(status, { 'content-type': 'application/xml', 'x-aws-ec2-metadata-token-ttl-seconds': '21600' }).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  /** Has a service's init container look for its models, and gives back how S3 was asked first. */
  async function firstAsked(env: Readonly<Record<string, string>>): Promise<(typeof asked)[0] | undefined> {
    asked.length = 0;
    const { args, cwd } = locateProgram('digit');
    const child = spawn(process.execPath, [...args, 'pull-models'], {
      cwd,
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        MODELS_URL: 's3://bucket/models',
        MODELS_DIR: join(folder, 'models'),
        S3_ENDPOINT: url,
        AWS_EC2_METADATA_DISABLED: 'true',
        ...env,
      },
    });
    await once(child, 'close');
    return asked[0];
  }

  const permanent = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
  it.each([
    ['a permanent key', permanent, { key: 'AKIAEXAMPLE', token: undefined, region: 'us-east-1' }],
    ['a temporary key', { ...permanent, AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE', AWS_SESSION_TOKEN: 'of-env' }, { key: 'ASIAEXAMPLE', token: 'of-env' }],
    ['a credentials file', { AWS_SHARED_CREDENTIALS_FILE: credentials }, { token: 'of-file' }],
    ['a profile', { AWS_SHARED_CREDENTIALS_FILE: credentials, AWS_CONFIG_FILE: config, AWS_PROFILE: 'other' }, { token: 'of-profile', region: 'eu-west-3' }],
    [
      'web identity (IRSA)',
      { AWS_WEB_IDENTITY_TOKEN_FILE: token, AWS_ROLE_ARN: 'arn:aws:iam::1:role/facet', AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_STS: 'sts' },
      { token: 'of-web-identity', region: 'eu-west-1' },
    ],
    ['a container', { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'container' }, { token: 'of-container' }],
    ['an instance', { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: '' }, { token: 'of-instance' }],
    ['AWS_REGION before AWS_DEFAULT_REGION', { ...permanent, AWS_REGION: 'eu-central-1', AWS_DEFAULT_REGION: 'eu-central-2' }, { region: 'eu-central-1' }],
    ['AWS_DEFAULT_REGION before a profile', { ...permanent, AWS_DEFAULT_REGION: 'eu-central-2', AWS_CONFIG_FILE: config }, { region: 'eu-central-2' }],
    ['the region of a profile', { ...permanent, AWS_CONFIG_FILE: config }, { region: 'eu-north-1' }],
  ])('%s', async (_what, env, expected) => {
    const here = new Set(['AWS_ENDPOINT_URL_STS', 'AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_EC2_METADATA_SERVICE_ENDPOINT']);
    const complete = Object.entries(env).map(([name, value]) => [name, here.has(name) ? `${url}/${value}`.replace(/\/$/, '') : value]);
    expect(await firstAsked(Object.fromEntries(complete) as Record<string, string>)).toMatchObject(expected);
  });
});
