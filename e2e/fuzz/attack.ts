import { request } from 'node:http';
import { connect } from 'node:net';
import { mutate } from './mutate.ts';
import type { Random } from './random.ts';
import { seeds, type Seed } from './seeds.ts';

export interface Attempt extends Seed {
  /** Sent as bytes over a socket, so that the HTTP around the body is mutated too. */
  readonly isRaw: boolean;
}

const bodies = seeds.map(({ body }) => body);
const headerValues = [
  '',
  '0',
  '-1',
  '1',
  '4',
  '999999999999999',
  '1e3',
  'x',
  'gzip',
  'deflate',
  'multipart/form-data',
  'application/json; charset=utf-7',
  'a'.repeat(2000),
];

/** The next thing to try. */
export function nextAttempt(random: Random): Attempt {
  const seed = random.pick(seeds);
  const headers = { ...seed.headers };
  const names = Object.keys(headers);
  if (names.length > 0 && random.next() < 0.2) headers[random.pick(names)] = random.pick(headerValues);
  // Mutated JSON headers are of another length: mostly the length is right, so that what is behind it is reached.
  const body = random.next() < 0.05 ? seed.body : mutate(seed.body, random, bodies);
  const promised = headers['inference-header-content-length'];
  if (promised !== undefined && random.next() < 0.5) {
    const end = body.lastIndexOf('}') + 1;
    if (end > 0 && promised !== '0') headers['inference-header-content-length'] = String(Math.min(body.length, end));
  }
  if (random.next() >= 0.05) return { path: seed.path, headers, body, isRaw: false };
  const head = `POST ${seed.path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}content-length: ${body.length}\r\n\r\n`;
  return { path: seed.path, headers, body: mutate(Buffer.concat([Buffer.from(head), body]), random, bodies), isRaw: true };
}

const patienceMs = 15_000;

/** @returns the status and the body of the answer; status 0 where the connection was closed without one */
export function send(base: string, { path, headers, body, isRaw }: Attempt): Promise<{ status: number; text: string; type: string }> {
  if (isRaw) return sendRaw(base, body);
  return new Promise((resolve, reject) => {
    const outgoing = request(`${base}${path}`, { method: 'POST', headers: { ...headers, 'content-length': body.length }, timeout: patienceMs }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', () => resolve({ status: 0, text: 'the answer broke off', type: '' }));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('latin1'), type: answer.headers['content-type'] ?? '' }),
      );
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${patienceMs} ms`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function sendRaw(base: string, bytes: Buffer): Promise<{ status: number; text: string; type: string }> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text: '', type: '' }));
  });
}
