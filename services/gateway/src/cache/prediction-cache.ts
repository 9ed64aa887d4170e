import type { RequestContext } from '@facet/http';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import type { AnswerStore, KeptAnswer } from './answer-store.ts';
import { inputHash } from './input-hash.ts';
import { KnownModels } from './known-models.ts';

/** What became of an input: answered from the cache, asked for, left alone, or answered though the answer was old. */
export type CacheResult = 'hit' | 'miss' | 'bypass' | 'stale';

interface CacheOptions {
  readonly store: AnswerStore;
  /** Never give one caller what was made for another: how fast an answer comes tells whether somebody asked the same. */
  readonly perKey: boolean;
  /** Milliseconds for which an answer is as good as new; stores may keep it longer. */
  readonly freshMs: number;
  readonly onResult: (task: string, result: CacheResult) => void;
}

type Ask = () => Promise<UpstreamAnswer>;

/** What is looked at of a call, and where it is noted what became of it. */
export interface CachedCall {
  readonly context: Pick<RequestContext, 'request' | 'id'>;
  readonly service: { readonly task: string };
  readonly route: { readonly version: string | undefined; readonly path: string };
  readonly body: Buffer | null;
  readonly progress: { cache?: CacheResult };
}

/** Calls whose answer depends on nothing but the input and the model. */
const cacheable = /^\/(?:v\d+|ensemble)\/predict(?:\?|$)|^\/v2\/models\/[^/]+\/versions\/\d+\/infer(?:\?|$)/;

/**
 * Gives again what a model has answered before. A model's hash is part of what is looked up, so a new model's answers are its own.
 *
 * Requests for the same that come while it is being asked wait for that one answer.
 */
export class PredictionCache {
  readonly #options: CacheOptions;
  readonly #models = new KnownModels();
  readonly #underWay = new Map<string, Promise<KeptAnswer | undefined>>();

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  /**
   * An answer, kept or fresh; `x-cache` says which.
   *
   * @param ask asks the service
   * @throws {Problem} what `ask` throws
   */
  async through(call: CachedCall, ask: Ask): Promise<UpstreamAnswer> {
    const { context, body } = call;
    const { task } = call.service;
    const { version, path } = call.route;
    const { headers, method } = context.request;
    const wishes = headers['cache-control'] ?? '';
    if (method !== 'POST' || body === null || version === undefined || !cacheable.test(path)) return ask();
    if (/\bno-store\b/.test(wishes)) return this.#tell(call, 'bypass', await ask());

    const keyFor = (model: string): string | undefined => this.#keyOf(model, context, path, body);
    const model = this.#models.get(task, version);
    const fresh = /\bno-cache\b/.test(wishes);
    const key = keyFor(model ?? `${task}/${version}`);
    if (key === undefined) return this.#tell(call, 'bypass', await ask());
    if (model !== undefined && !fresh) {
      const kept = await this.#options.store.get(key);
      if (kept && Date.now() - kept.madeAt < this.#options.freshMs) return this.#tell(call, 'hit', again(kept, context.id));
    }
    const underWay = fresh ? undefined : this.#underWay.get(key);
    // Nothing may come between looking and asking, or two would ask: so no await where there is nothing to wait for.
    const shared = underWay && (await underWay);
    if (shared) return this.#tell(call, 'hit', again(shared, context.id));
    return this.#tell(call, 'miss', await this.#askOnce(key, context.id, ask, { task, version, keyFor }));
  }

  /** What was answered before, however old it is; nothing for those who want no kept answers, or to be asked anew. */
  async kept(call: CachedCall): Promise<UpstreamAnswer | undefined> {
    const { context, body } = call;
    const { task } = call.service;
    const { version, path } = call.route;
    const { headers, method } = context.request;
    if (method !== 'POST' || body === null || version === undefined || !cacheable.test(path)) return undefined;
    const model = this.#models.last(task, version);
    if (model === undefined || /\bno-(?:store|cache)\b/.test(headers['cache-control'] ?? '')) return undefined;
    const key = this.#keyOf(model, context, path, body);
    const kept = key === undefined ? undefined : await this.#options.store.get(key);
    return kept && this.#tell(call, 'stale', again(kept, context.id));
  }

  #keyOf(model: string, { request: { headers } }: CachedCall['context'], path: string, body: Buffer): string | undefined {
    const client = this.#options.perKey ? String(headers['x-client-id'] ?? '') : '';
    return inputHash([model, client], path, headers, body);
  }

  async #askOnce(
    key: string,
    requestId: string,
    ask: Ask,
    { task, version, keyFor }: { task: string; version: string; keyFor: (model: string) => string | undefined },
  ): Promise<UpstreamAnswer> {
    const asked = ask();
    const kept = asked.then(
      (answer) => (isKeepable(answer) ? { ...answer, requestId, madeAt: Date.now() } : undefined),
      // Whoever waits asks for itself: this one may have failed for having no more time.
      () => undefined,
    );
    this.#underWay.set(key, kept);
    try {
      const answer = await asked;
      const model = answer.headers['x-model'];
      const keep = await kept;
      if (typeof model === 'string') {
        this.#models.hear(task, version, model);
        const modelKey = keep && keyFor(model);
        if (modelKey !== undefined) this.#options.store.put(modelKey, keep!);
      }
      return answer;
    } finally {
      if (this.#underWay.get(key) === kept) this.#underWay.delete(key);
    }
  }

  #tell({ service, progress }: CachedCall, result: CacheResult, answer: UpstreamAnswer): UpstreamAnswer {
    progress.cache = result;
    this.#options.onResult(service.task, result);
    return { ...answer, headers: { ...answer.headers, 'x-cache': result } };
  }
}

/** Packed answers, and those in binary, hold the id of their request where it cannot be exchanged. */
function isKeepable({ status, headers }: UpstreamAnswer): boolean {
  return status === 200 && headers['content-encoding'] === undefined && headers['content-type'] !== 'application/octet-stream';
}

/** Where an id stands in answers; other text of the same spelling is left alone. */
const idNames = ['"request_id":', '"id":'];
const idWithinBytes = 512;

/** A kept answer for another request: with that one's id, and its age. */
function again({ requestId, madeAt, status, headers, body }: KeptAnswer, id: string): UpstreamAnswer {
  const { 'server-timing': _, 'x-request-id': __, date: ___, ...rest } = headers;
  return { status, headers: { ...rest, age: String(Math.max(0, Math.floor((Date.now() - madeAt) / 1000))) }, body: withId(body, requestId, id) };
}

function withId(body: Buffer, old: string, id: string): Buffer {
  const start = body.subarray(0, idWithinBytes);
  for (const name of idNames) {
    const wanted = `${name}"${old}"`;
    const at = start.indexOf(wanted);
    if (at >= 0) return Buffer.concat([body.subarray(0, at), Buffer.from(`${name}"${id}"`), body.subarray(at + wanted.length)]);
  }
  return body;
}
