import cluster, { type Worker } from 'node:cluster';
import { readMessage, type Message } from './messages.ts';
import { misfit, type EventTopic, type RequestTopic } from './topics.ts';

/** Answers one request. `processId` names the process that sent it. */
type Handler<Payload, Result> = (payload: Payload, processId: number) => Result | Promise<Result>;

interface Handling {
  readonly topic: RequestTopic<unknown, unknown>;
  readonly handler: Handler<unknown, unknown>;
}

/** An error that the handler of a request threw; its name says which. */
export class IpcError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Longest wait for the process above; it is hardly ever busy. */
const responseTimeoutMs = 10_000;

const handlings = new Map<string, Handling>();
const waiting = new Map<number, (message: Message & { facet: 'response' | 'failure' }) => void>();
const listeners = new Map<string, { readonly topic: EventTopic<unknown>; readonly callback: (payload: unknown) => void }>();
let nextId = 0;

/** `processId` of a process that serves alone. */
const aloneId = 0;

/** Answers requests: in the process that supervises others, for all of them; in a process that serves alone, its own. */
export function handleRequests<Payload, Result>(topic: RequestTopic<Payload, Result>, handler: Handler<Payload, Result>): void {
  if (cluster.isPrimary && handlings.size === 0) cluster.on('message', (worker: Worker, sent: unknown) => void respond(worker, sent));
  handlings.set(topic.name, { topic, handler: handler as Handler<unknown, unknown> });
}

function handlingOf(name: string): Handling {
  const found = handlings.get(name);
  if (!found) throw new Error(`no handler for ${name}`);
  return found;
}

async function respond(worker: Worker, sent: unknown): Promise<void> {
  const message = readMessage(sent);
  if (message?.facet !== 'request') return;
  const { id, topic: topicName } = message;
  let reply: Message;
  try {
    const { topic, handler } = handlingOf(topicName);
    const { data, error } = topic.payload.safeParse(message.payload);
    if (error) throw misfit(topicName, 'payload', error);
    reply = { facet: 'response', id, result: await handler(data, worker.id) };
  } catch (error) {
    const { name, message: text } = error as Error;
    reply = { facet: 'failure', id, name, message: text };
  }
  if (worker.isConnected()) worker.send(reply);
}

/** Calls back in the process that supervises others when one of them has ended, with its `processId`. */
export function onProcessExit(callback: (processId: number) => void): void {
  cluster.on('exit', ({ id }: Worker) => callback(id));
}

/**
 * Asks the process that answers for all of the pod; a process that serves alone asks itself.
 *
 * @throws {IpcError} what the handler threw, by name and message; or when no answer, or a malformed one, came within 10 s
 */
export async function sendRequest<Payload, Result>(topic: RequestTopic<Payload, Result>, payload: Payload): Promise<Result> {
  if (cluster.isPrimary) {
    try {
      return (await handlingOf(topic.name).handler(payload, aloneId)) as Result;
    } catch (error) {
      const { name, message } = error as Error;
      throw new IpcError(name, message);
    }
  }
  const reply = await roundTrip(topic.name, payload);
  if (reply.facet === 'failure') throw new IpcError(reply.name, reply.message);
  const { data, error } = topic.result.safeParse(reply.result);
  if (error) throw new IpcError('Error', misfit(topic.name, 'result', error).message);
  return data;
}

async function roundTrip(topic: string, payload: unknown): Promise<Message & { facet: 'response' | 'failure' }> {
  listen();
  const id = nextId++;
  const failure = (message: string) => ({ facet: 'failure', id, name: 'Error', message }) as const;
  const reply = await new Promise<Message & { facet: 'response' | 'failure' }>((resolve) => {
    const timer = setTimeout(() => resolve(failure(`no response about ${topic}`)), responseTimeoutMs);
    waiting.set(id, (message) => {
      clearTimeout(timer);
      resolve(message);
    });
    // Without the process above there is nothing to wait for.
    if (process.connected) process.send?.({ facet: 'request', id, topic, payload } satisfies Message);
    else waiting.get(id)!(failure(`no response about ${topic}: the primary process has ended`));
  });
  waiting.delete(id);
  return reply;
}

/** Lets one serving process know of something; in a process that serves alone, itself. */
export function publish<Payload>({ name }: EventTopic<Payload>, payload: Payload): void {
  const worker = Object.values(cluster.workers ?? {}).find((each) => each?.isConnected() === true);
  if (worker) worker.send({ facet: 'event', topic: name, payload } satisfies Message);
  else listeners.get(name)?.callback(payload);
}

/** Calls back in a serving process that is let know of something. */
export function subscribe<Payload>(topic: EventTopic<Payload>, callback: (payload: Payload) => void): void {
  listeners.set(topic.name, { topic, callback: callback as (payload: unknown) => void });
  listen();
}

let isListening = false;

function listen(): void {
  if (isListening || cluster.isPrimary) return;
  isListening = true;
  process.on('message', (sent: unknown) => {
    const message = readMessage(sent);
    if (message?.facet === 'response' || message?.facet === 'failure') waiting.get(message.id)?.(message);
    if (message?.facet === 'event') receiveEvent(message.topic, message.payload);
  });
  process.on('disconnect', () => {
    for (const [id, done] of waiting) done({ facet: 'failure', id, name: 'Error', message: 'the primary process has ended' });
  });
}

function receiveEvent(name: string, payload: unknown): void {
  const listener = listeners.get(name);
  if (!listener) return;
  const { data, error } = listener.topic.payload.safeParse(payload);
  if (error) process.emitWarning(misfit(name, 'payload', error));
  else listener.callback(data);
}
