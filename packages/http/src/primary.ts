import cluster, { type Worker } from 'node:cluster';

/** What a serving process asks of the process above it, and what comes back. */
type Message =
  | { readonly facet: 'asked'; readonly id: number; readonly topic: string; readonly payload: unknown }
  | { readonly facet: 'told'; readonly id: number; readonly answer?: unknown; readonly failure?: { readonly name: string; readonly message: string } }
  | { readonly facet: 'announced'; readonly topic: string; readonly payload: unknown };

/** What one process does for all: by topic, from a JSON value to a JSON value. `processId` names the process that sent the request. */
export type Desk = Readonly<Record<string, (payload: never, processId: number) => unknown>>;

/** An error that the process above threw; its name says which. */
export class DeskError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Longest wait for the process above; it is hardly ever busy. */
const answerTimeoutMs = 10_000;

let ownDesk: Desk = {};
const waiting = new Map<number, (message: Message & { facet: 'told' }) => void>();
const listeners = new Map<string, (payload: never) => void>();
let nextId = 0;

/** `processId` of a process that serves alone. */
const aloneId = 0;
let isAnswering = false;

/** Opens the desk: in the process that supervises others, for all of them; in a process that serves alone, for itself. Further calls add topics. */
export function openDesk(desk: Desk): void {
  ownDesk = { ...ownDesk, ...desk };
  if (!cluster.isPrimary || isAnswering) return;
  isAnswering = true;
  cluster.on('message', (worker: Worker, message: Message) => {
    if (message.facet !== 'asked') return;
    const { id } = message;
    void answer(message.topic, message.payload, worker.id).then(
      (value) => worker.isConnected() && worker.send({ facet: 'told', id, answer: value } satisfies Message),
      ({ name, message: text }: Error) => worker.isConnected() && worker.send({ facet: 'told', id, failure: { name, message: text } } satisfies Message),
    );
  });
}

async function answer(topic: string, payload: unknown, processId: number): Promise<unknown> {
  const work = ownDesk[topic];
  if (!work) throw new Error(`no handler for ${topic}`);
  return work(payload as never, processId);
}

/** Calls back in the process that supervises others when one of them has ended, with its `processId`. */
export function onProcessExit(callback: (processId: number) => void): void {
  cluster.on('exit', ({ id }: Worker) => callback(id));
}

/**
 * Asks what one process does for all of the service.
 *
 * @throws {DeskError} what was thrown there, by name and message; or when no answer came
 */
export async function askDesk(topic: string, payload: unknown): Promise<unknown> {
  if (cluster.isPrimary)
    return answer(topic, payload, aloneId).catch(({ name, message }: Error) => {
      throw new DeskError(name, message);
    });
  listen();
  const id = nextId++;
  const told = await new Promise<Message & { facet: 'told' }>((resolve) => {
    const timer = setTimeout(() => resolve({ facet: 'told', id, failure: { name: 'Error', message: `no answer about ${topic}` } }), answerTimeoutMs);
    waiting.set(id, (message) => {
      clearTimeout(timer);
      resolve(message);
    });
    // Without the process above there is nothing to wait for.
    if (process.connected) process.send?.({ facet: 'asked', id, topic, payload } satisfies Message);
    else waiting.get(id)!({ facet: 'told', id, failure: { name: 'Error', message: `no answer about ${topic}: the primary process has ended` } });
  });
  waiting.delete(id);
  if (told.failure) throw new DeskError(told.failure.name, told.failure.message);
  return told.answer;
}

/** Lets one serving process know of something; in a process that serves alone, itself. */
export function announce(topic: string, payload: unknown): void {
  const worker = Object.values(cluster.workers ?? {}).find((each) => each?.isConnected() === true);
  if (worker) worker.send({ facet: 'announced', topic, payload } satisfies Message);
  else listeners.get(topic)?.(payload as never);
}

/** Calls back in a serving process that is let know of something. */
export function onAnnounced(topic: string, callback: (payload: never) => void): void {
  listeners.set(topic, callback);
  listen();
}

let isListening = false;

function listen(): void {
  if (isListening || cluster.isPrimary) return;
  isListening = true;
  process.on('message', (message: Message) => {
    if (message.facet === 'told') waiting.get(message.id)?.(message);
    if (message.facet === 'announced') listeners.get(message.topic)?.(message.payload as never);
  });
  process.on('disconnect', () => {
    const failure = { name: 'Error', message: 'the primary process has ended' };
    for (const [id, done] of waiting) done({ facet: 'told', id, failure });
  });
}
