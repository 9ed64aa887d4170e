import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandError } from '../command.ts';
import { fetchShort, readUrl, requireRedirect } from './http.ts';
import { parseJson, readJsonFile } from './parse-json.ts';
import type { Connection } from './source.ts';

const dockerConfig = z.looseObject({ auths: z.record(z.string(), z.looseObject({ auth: z.string().optional() })).optional() });
const tokenAnswer = z.looseObject({ token: z.string().optional(), access_token: z.string().optional() });

/** Docker Hub's entry in Docker's configuration. */
const dockerHubKey = 'https://index.docker.io/v1/';

/** `user:password` in base64: from OCI_USERNAME and OCI_PASSWORD, or as `docker login` keeps it in its file. */
async function basicCredentials(registry: string, env: Connection['env']): Promise<string | undefined> {
  const { OCI_USERNAME: user, OCI_PASSWORD: password, DOCKER_CONFIG: folder, HOME: home } = env;
  if (user !== undefined && password !== undefined) return Buffer.from(`${user}:${password}`).toString('base64');
  const config = await readJsonFile(join(folder ?? join(home ?? homedir(), '.docker'), 'config.json'), dockerConfig);
  const keys = [registry, `https://${registry}`, ...(registry === 'docker.io' ? [dockerHubKey] : [])];
  return keys.map((key) => config?.auths?.[key]?.auth).find(Boolean);
}

/** The parameters of a challenge: `Bearer realm="https://…",service="…",scope="…"`. */
function readChallenge(header: string): { scheme: string; parameters: ReadonlyMap<string, string> } {
  const [, scheme = '', rest = ''] = /^\s*(\w+)\s+(.*)$/.exec(header.slice(0, 4096)) ?? [];
  const parameters = [...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!.toLowerCase(), value!] as const);
  return { scheme: scheme.toLowerCase(), parameters: new Map(parameters) };
}

/**
 * Answers a registry's challenge.
 *
 * @param registry as the address names it
 * @param base where the registry is asked
 * @param header `WWW-Authenticate` of its 401
 * @returns a value for `Authorization`; undefined when there is none to give
 * @throws {CommandError} when no token can be had
 */
export async function answerChallenge(
  registry: string,
  base: URL,
  header: string,
  repository: string,
  { env, signal }: Pick<Connection, 'env' | 'signal'>,
): Promise<string | undefined> {
  const { scheme, parameters } = readChallenge(header);
  const credentials = await basicCredentials(registry, env);
  const basic = credentials === undefined ? undefined : `Basic ${credentials}`;
  if (scheme === 'basic') return basic;
  const realm = parameters.get('realm');
  if (scheme !== 'bearer' || realm === undefined)
    throw new CommandError(`${registry}: expected a Bearer or Basic challenge, found another way to authenticate.`);
  const url = readUrl(realm, `The token server of ${registry}`);
  // Credentials follow the challenge as a request follows a redirect: not out of TLS, and not into a private network.
  requireRedirect(base, url);
  const service = parameters.get('service');
  if (service !== undefined) url.searchParams.set('service', service);
  // Never more than this one repository, whatever the challenge asks for.
  url.searchParams.set('scope', `repository:${repository}:pull`);
  const { status, body } = await fetchShort(url, { signal, authorization: basic });
  const answer = status === 200 ? parseJson(body, tokenAnswer) : undefined;
  const token = answer?.token ?? answer?.access_token;
  if (token === undefined)
    throw new CommandError(
      `${registry} gave no token for ${repository} (${status}): log in with 'docker login ${registry}' where Docker keeps passwords in its file, or set OCI_USERNAME and OCI_PASSWORD.`,
    );
  return `Bearer ${token}`;
}
