import { constants, getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { Session, type SessionSettings } from './session.ts';
import { ownMemory, type Tensors } from './tensor.ts';

/** What the host asks of a worker. */
export type WorkerRequest =
  | { readonly kind: 'load'; readonly id: number; readonly key: string; readonly bytes: Uint8Array; readonly settings: SessionSettings }
  | { readonly kind: 'run'; readonly id: number; readonly key: string; readonly feeds: Tensors };

/** Its answer. */
export type WorkerReply =
  /** The feeds come back, for their memory. */
  { readonly id: number; readonly outputs?: Tensors; readonly feeds?: Tensors } | { readonly id: number; readonly error: string };

// On Linux this is the priority of this thread alone: when all cores are busy inferring, the event loop still gets its turn.
// A service that has less already keeps that: without privileges it may not take more, and a worker that tried would end.
if (process.platform === 'linux') setPriority(Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL));

const sessions = new Map<string, Session>();

async function answer(request: WorkerRequest): Promise<WorkerReply> {
  if (request.kind === 'load') {
    sessions.set(request.key, await Session.open(request.bytes, { ...request.settings, plansMemory: false }));
    // Megabytes that this thread, which allocates next to nothing, would not collect for long.
    (request.bytes.buffer as ArrayBuffer).transfer(0);
    return { id: request.id };
  }
  const session = sessions.get(request.key);
  if (!session) throw new Error(`model ${request.key} is not loaded`);
  return { id: request.id, outputs: session.run(request.feeds), feeds: request.feeds };
}

const port = parentPort;
port?.on('message', (request: WorkerRequest) => {
  answer(request).then(
    (reply) => port.postMessage(reply, 'outputs' in reply ? [...ownMemory(reply.outputs), ...ownMemory(reply.feeds)] : []),
    (error: unknown) => port.postMessage({ id: request.id, error: error instanceof Error ? error.message : String(error) }),
  );
});
