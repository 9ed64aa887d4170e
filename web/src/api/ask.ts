import { askForKey, heldKey } from './key.ts';

/** What a service answers, with what the answer's headers tell. */
export interface Asked<T> {
  readonly body: T;
  /** Milliseconds from asking to having the answer. */
  readonly roundTripMs: number;
  /** Milliseconds in each stage at the service, in the order in which they came. */
  readonly stages: readonly { readonly name: string; readonly ms: number }[];
}

/** A problem that the host answered with; its message is the problem's own sentence. */
export class Refusal extends Error {
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

type Init = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

/**
 * Asks this host, with the key of the visit; where it wants another, the person is asked for one and the call is made again.
 *
 * @param path relative, so that it works below any prefix
 * @throws {Refusal} what the host answered
 * @throws {Error} when it cannot be reached
 */
export async function ask<T>(path: string, init: Init = {}): Promise<Asked<T>> {
  const { answer, sentAt } = await send(path, init);
  const body = (await answer.json()) as T;
  return { body, roundTripMs: performance.now() - sentAt, stages: stagesOf(answer.headers.get('server-timing') ?? '') };
}

/** Asks for a file, as {@link ask} does for all else: an element of the page would send no key. */
export async function askForFile(path: string): Promise<Blob> {
  const { answer } = await send(path, { headers: { accept: '*/*' } });
  return answer.blob();
}

async function send(path: string, init: Init): Promise<{ answer: Response; sentAt: number }> {
  for (;;) {
    const sentAt = performance.now();
    const key = heldKey();
    const headers = { accept: 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }), ...init.headers };
    const answer = await fetch(path, { ...init, headers }).catch((error: unknown) => {
      throw new Error('The host does not answer.', { cause: error });
    });
    if (answer.ok) return { answer, sentAt };
    const said: unknown = await answer.json().catch(() => undefined);
    const { code, detail = `The host answered with status ${answer.status}.` } = (said ?? {}) as { code?: string; detail?: string };
    const isForWho = answer.status === 401 || code === 'forbidden';
    if (!isForWho || !(await askForKey(detail, key))) throw new Refusal(detail, code);
  }
}

/** Reads a `Server-Timing` header: `decode;dur=3.1, infer;dur=52`. */
function stagesOf(header: string): { name: string; ms: number }[] {
  return header.split(',').flatMap((entry) => {
    const [name, ...parameters] = entry.split(';').map((part) => part.trim());
    const duration = parameters.find((parameter) => parameter.startsWith('dur='));
    return name && duration ? [{ name, ms: Number(duration.slice('dur='.length)) }] : [];
  });
}
