import { BlockList, isIPv6 } from 'node:net';
import { CommandError } from '../command.ts';

const mostRedirects = 5;
/** For answers that are read whole: descriptions, manifests, tokens. */
const shortAnswerMs = 30_000;

/** Addresses of this machine and of private networks: a server outside must not send a request there. */
const inside = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  inside.addSubnet(network, prefix);
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  inside.addSubnet(network, prefix, 'ipv6');

const isLocalName = (hostname: string): boolean => /^(?:.*\.)?localhost\.?$/.test(hostname);

function isInside({ hostname }: URL): boolean {
  const host = hostname.replaceAll(/^\[|\]$/g, '');
  return isLocalName(host) || (isIPv6(host) ? inside.check(host, 'ipv6') : /^[\d.]+$/.test(host) && inside.check(host));
}

/** Whether an address is this machine's own, where HTTP needs no TLS. */
export function isLoopback({ hostname }: URL): boolean {
  return isLocalName(hostname) || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** An address for messages and manifests: without its query, which may be a signature. */
export function showUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/**
 * Reads the address of a server or a file.
 *
 * @throws {CommandError} exit code 2, unless it is https, or http on this machine, without user and password
 */
export function readUrl(text: string, where = 'SOURCE'): URL {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) throw new CommandError(`${where}: expected an address such as https://host/path.`, 2);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw new CommandError(`${where}: expected an address without user and password.`, 2);
  if (url.protocol === 'http:' && !isLoopback(url))
    throw new CommandError(`${where}: expected https, found ${showUrl(url)}; http works only on this machine.`, 2);
  return url;
}

/** @throws {CommandError} when a download must not go on from one address to another */
export function requireRedirect(from: URL, to: URL): void {
  const refuse = (why: string): never => {
    throw new CommandError(`${from.host} redirects to ${showUrl(to)}, which is refused: ${why}.`);
  };
  if (!/^https?:$/.test(to.protocol)) refuse('expected https');
  if (to.protocol === 'http:' && (from.protocol === 'https:' || !isLoopback(to))) refuse('the download would leave TLS');
  if (to.username !== '' || to.password !== '') refuse('it holds a user or a password');
  if (isInside(to) && !isInside(from)) refuse('it lies in a private network');
}

/** What a request needs besides its address. */
export interface HttpRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** Value of `Authorization`; another host never gets it. */
  readonly authorization?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Sends a GET and follows up to five redirects: never from https to http, nor into a private network, and without credentials once the
 * origin is another.
 *
 * @returns the last answer, whatever its status, with its body unread
 * @throws {CommandError} when the server cannot be reached or redirects to where it must not
 */
export async function openUrl(start: URL, { headers, authorization, signal }: HttpRequest): Promise<Response> {
  let url = start;
  let credentials = authorization;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await fetch(url, {
      redirect: 'manual',
      signal,
      // Bytes as they are: the limit and the hash are of the file.
      headers: { 'accept-encoding': 'identity', 'user-agent': 'facet-models', ...headers, ...(credentials !== undefined && { authorization: credentials }) },
    }).catch((error: unknown) => {
      throw unreachable(url, error, signal);
    });
    const location = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return response;
    await response.body?.cancel();
    if (!URL.canParse(location, url.href)) throw new CommandError(`${url.host} redirects to what is no address.`);
    const next = new URL(location, url);
    requireRedirect(url, next);
    if (next.origin !== url.origin) credentials = undefined;
    url = next;
  }
  throw new CommandError(`${start.host} redirects more than ${mostRedirects} times.`);
}

/** One sentence about a connection that failed. */
function unreachable(url: URL, error: unknown, signal: AbortSignal): Error {
  if (signal.aborted) return timedOut(url.host);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'connection failed';
  return new CommandError(`${url.host} cannot be reached (${code}).`);
}

export function timedOut(from: string): CommandError {
  return new CommandError(`${from} took too long; --timeout SECONDS allows more.`);
}

/**
 * Reads a short answer whole.
 *
 * @throws {CommandError} when it has more bytes than that
 */
export async function readShort(body: AsyncIterable<Uint8Array>, maxBytes: number, from: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new CommandError(`${from}: expected at most ${maxBytes.toLocaleString('en')} bytes, found more.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function* empty(): AsyncGenerator<Uint8Array> {}

/** A short answer and its status. */
export interface ShortAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Asks for something short, such as JSON: at most `maxBytes`, within half a minute. */
export async function fetchShort(url: URL, request: HttpRequest, maxBytes = 1024 ** 2): Promise<ShortAnswer> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(shortAnswerMs)]);
  const response = await openUrl(url, { ...request, signal });
  try {
    return { status: response.status, headers: response.headers, body: await readShort(response.body ?? empty(), maxBytes, showUrl(url)) };
  } catch (error) {
    throw error instanceof CommandError ? error : unreachable(url, error, signal);
  }
}
