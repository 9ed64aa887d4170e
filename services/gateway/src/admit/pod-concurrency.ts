import { handleRequests, onProcessExit, sendRequest, type RequestTopic } from '@facet/ipc';
import { z } from 'zod';
import { Lease } from './lease.ts';
import { PlaceLedger } from './place-ledger.ts';

interface Place {
  /** Unique within the process that takes it. */
  readonly id: number;
  readonly caller: string;
  readonly limit: number;
}

const takeTopic: RequestTopic<Place, boolean> = {
  name: 'concurrency-take',
  payload: z.object({ id: z.int(), caller: z.string(), limit: z.number() }),
  result: z.boolean(),
};

const giveBackTopic: RequestTopic<Pick<Place, 'id'>, void> = { name: 'concurrency-give-back', payload: z.object({ id: z.int() }), result: z.void() };

/** Counts what each caller has under way, against a limit. */
export interface ConcurrencyLimiter {
  /** Takes one of a caller's places; undefined when all of them are taken. */
  acquire(caller: string, limit: number): Promise<Lease | undefined>;
}

/** Lets this process count for all of its pod; to be called in the one that supervises the others, or serves alone. */
export function openPodConcurrency(): void {
  const ledger = new PlaceLedger();
  handleRequests(takeTopic, ({ id, caller, limit }, processId) => ledger.take(processId, id, caller, limit));
  handleRequests(giveBackTopic, ({ id }, processId) => ledger.giveBack(processId, id));
  onProcessExit((processId) => ledger.giveBackAll(processId));
}

let nextId = 0;

/** Counts in one process for all that serve, as rates are counted: a caller's limit must not depend on how connections are spread. */
export const podConcurrency: ConcurrencyLimiter = {
  async acquire(caller, limit) {
    const id = nextId++;
    const release = (): void => {
      // It fails only when the process above is gone, and its count with it.
      sendRequest(giveBackTopic, { id }).catch(() => undefined);
    };
    try {
      return (await sendRequest(takeTopic, { id, caller, limit })) ? new Lease(release) : undefined;
    } catch (error) {
      // The place may have been counted although the reply was late.
      release();
      throw error;
    }
  },
};
