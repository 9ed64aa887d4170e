import { backoffMs } from '@facet/math';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { RequestContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { fetch } from 'undici';
import type { ClusterAccess } from './cluster-access.ts';
import { serviceLabel, type EndpointSlice } from './endpoint-slices.ts';

/** How it stands with the API server. */
export type WatchState = 'watching' | 'forbidden' | 'away';

interface SliceWatchOptions {
  readonly access: ClusterAccess;
  readonly namespace: string;
  /** Names of the Services whose slices are wanted. */
  readonly services: readonly string[];
  /** All slices there are, after each change. */
  readonly onSlices: (slices: readonly EndpointSlice[]) => void;
  /** Called when the state changes, and only then. */
  readonly onState: (state: WatchState, detail?: string) => void;
  readonly signal: AbortSignal;
}

interface WatchEvent extends EndpointSlice {
  /** Of an ERROR event. */
  readonly code?: number;
}

const backoff = { firstMs: 250, mostMs: 30_000 };
/** Rights do not come by asking often. */
const forbiddenBackoffMs = 60_000;
const listTimeoutMs = 10_000;
/** A watch that held for this long was a good one. */
const settledMs = 5000;

class ApiError extends Error {
  readonly statusCode: number;

  constructor(statusCode: number) {
    super(`the API server returned ${statusCode}`);
    this.statusCode = statusCode;
  }
}

/**
 * Keeps the EndpointSlices of some Services in view: lists them, watches from there on, and starts over when the watch is too old (410) or
 * fails. What was seen last stays in force meanwhile.
 *
 * The client's own informer is not used: it would load every API type into every process, and waits up to 30 s between watches that the
 * server ends in peace.
 */
export class SliceWatch {
  readonly #options: SliceWatchOptions;
  readonly #slices = new Map<string, EndpointSlice>();
  #version: string | undefined;
  #state: WatchState | undefined;
  #failures = 0;

  constructor(options: SliceWatchOptions) {
    this.#options = options;
  }

  /** Ends with the signal, never with an error. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      const beganAt = performance.now();
      let pauseMs = 0;
      try {
        this.#version ??= await this.#list();
        await this.#watch(this.#version);
        // The server ends every watch some day; one that ends them at once must not be asked in a tight loop.
        this.#failures = performance.now() - beganAt > settledMs ? 0 : this.#failures + 1;
        pauseMs = this.#pauseMs();
      } catch (error) {
        if (signal.aborted) return;
        pauseMs = this.#noteFailure(error);
      }
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** @returns how long to wait before the next try */
  #noteFailure(error: unknown): number {
    const { statusCode, message, cause, name } = error as { statusCode?: number; message?: string; cause?: { message?: string }; name?: string };
    // A watch on which nothing happened for a while may be dead without a sign: it is made anew, from where it was.
    if (name === 'TimeoutError' && this.#version !== undefined) return 0;
    this.#version = undefined;
    this.#failures += 1;
    if (statusCode === 403) {
      this.#enter('forbidden', message);
      return forbiddenBackoffMs;
    }
    // The version is too old: that is no fault of anybody's, unless it is said of every list.
    if (statusCode === 410 && this.#failures === 1) return 0;
    // Watches are cut whenever an API server restarts; that is worth a word only when it does not come back.
    if (this.#failures > 2 || this.#state === undefined) this.#enter('away', cause?.message ?? message);
    return this.#pauseMs();
  }

  /** A watch that ended by itself pauses too. */
  #pauseMs(): number {
    return backoffMs(this.#failures + 1, backoff) * (0.5 + Math.random() / 2);
  }

  #enter(state: WatchState, detail?: string): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state, detail);
  }

  get #path(): string {
    return `/apis/discovery.k8s.io/v1/namespaces/${this.#options.namespace}/endpointslices`;
  }

  get #selector(): string {
    return `${serviceLabel} in (${this.#options.services.join(',')})`;
  }

  /** @returns the version from which a watch goes on */
  async #list(): Promise<string> {
    const { access, signal } = this.#options;
    const url = new URL((access.kubeConfig.getCurrentCluster()?.server ?? '') + this.#path);
    url.searchParams.set('labelSelector', this.#selector);
    const headers: Record<string, string> = {};
    let dispatcher: ReturnType<RequestContext['getDispatcher']>;
    await access.kubeConfig.applySecurityAuthentication({
      setHeaderParam: (name: string, value: string) => {
        headers[name] = value;
      },
      setDispatcher: (chosen: typeof dispatcher) => {
        dispatcher = chosen;
      },
    } as RequestContext);
    const answer = await fetch(url, { headers, signal: AbortSignal.any([signal, AbortSignal.timeout(listTimeoutMs)]), ...(dispatcher && { dispatcher }) });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new ApiError(answer.status);
    }
    const list = (await answer.json()) as { metadata: { resourceVersion: string }; items: EndpointSlice[] };
    this.#slices.clear();
    for (const slice of list.items) this.#slices.set(slice.metadata.name, slice);
    this.#publish();
    this.#enter('watching');
    return list.metadata.resourceVersion;
  }

  /** Until the server ends it. */
  async #watch(resourceVersion: string): Promise<void> {
    const { Watch } = await import('@kubernetes/client-node/dist/watch.js');
    const { access, signal } = this.#options;
    const watch = new Watch(access.kubeConfig as KubeConfig);
    let controller: AbortController | undefined;
    const stop = (): void => controller?.abort();
    signal.addEventListener('abort', stop);
    try {
      await new Promise<void>((resolve, reject) => {
        const parameters = { resourceVersion, allowWatchBookmarks: true, labelSelector: this.#selector };
        const take = (type: string, object: WatchEvent): void => this.#take(type, object, reject);
        const done = (error: unknown): void => (error ? reject(error) : resolve());
        watch.watch(this.#path, parameters, take, done).then((begun) => {
          controller = begun;
          if (signal.aborted) stop();
        }, reject);
      });
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
    }
  }

  #take(type: string, object: WatchEvent, reject: (error: Error) => void): void {
    if (type === 'ERROR') {
      reject(new ApiError(object.code ?? 500));
      return;
    }
    this.#failures = 0;
    this.#version = object.metadata.resourceVersion ?? this.#version;
    if (type === 'BOOKMARK') return;
    if (type === 'DELETED') this.#slices.delete(object.metadata.name);
    else this.#slices.set(object.metadata.name, object);
    this.#publish();
  }

  #publish(): void {
    this.#options.onSlices([...this.#slices.values()]);
  }
}

/** Doubles with each failure; the half that is left to chance keeps the processes from asking together. */
