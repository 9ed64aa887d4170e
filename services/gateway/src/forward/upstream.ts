import { Problem } from '@facet/problem';
import { Pool } from 'undici';
import { AnswerCollector, type UpstreamAnswer } from './answer-collector.ts';

interface UpstreamOptions {
  readonly connections: number;
  readonly connectTimeoutMs: number;
}

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | null;
  /** Calls back when nobody waits for the answer any more. */
  readonly onCancel: (callback: () => void) => void;
}

/** Errors that break off an attempt. A prediction changes nothing, so it may be asked for twice. */
const retryable = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** All that the gateway knows of one address: its connections, and how to ask it. */
export class Upstream {
  readonly #origin: string;
  readonly #pool: Pool;
  readonly #onRetry: () => void;

  constructor(origin: string, { connections, connectTimeoutMs }: UpstreamOptions, onRetry: () => void = () => undefined) {
    this.#origin = origin;
    this.#onRetry = onRetry;
    // The deadline of each request is its caller's; undici's own time-outs would only disagree with it.
    this.#pool = new Pool(origin, { connections, connect: { timeout: connectTimeoutMs }, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  }

  /**
   * Asks once, and once more on another connection when the first breaks before the whole answer is there.
   *
   * @throws {Problem} `upstream-unavailable`
   */
  async ask(request: UpstreamRequest): Promise<UpstreamAnswer> {
    try {
      return await this.#attempt(request);
    } catch (error) {
      if (!retryable.has(codeOf(error))) throw this.#unavailable(error);
    }
    this.#onRetry();
    try {
      return await this.#attempt(request);
    } catch (error) {
      throw this.#unavailable(error);
    }
  }

  #attempt({ method, path, headers, body, onCancel }: UpstreamRequest): Promise<UpstreamAnswer> {
    return new Promise((resolve, reject) => {
      const collector = new AnswerCollector(resolve, reject);
      onCancel(() => collector.cancel());
      this.#pool.dispatch({ method, path, headers: headers as Record<string, string | string[]>, body }, collector);
    });
  }

  #unavailable(cause: unknown): Problem {
    return new Problem('upstream-unavailable', undefined, { retryAfterSeconds: 1, cause: `${this.#origin}: ${codeOf(cause) || String(cause)}` });
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
