import { Problem } from '@facet/problem';
import { Pool, type Dispatcher } from 'undici';

export interface UpstreamOptions {
  readonly connections: number;
  readonly connectTimeoutMs: number;
}

export interface UpstreamRequest {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | null;
  readonly signal: AbortSignal;
}

/** Errors after which a request certainly or very likely never reached a model; predictions may be sent twice anyway. */
const retryable = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** All that the gateway knows of one address: its connections, and how to ask it. */
export class Upstream {
  readonly #origin: string;
  readonly #pool: Pool;

  constructor(origin: string, { connections, connectTimeoutMs }: UpstreamOptions) {
    this.#origin = origin;
    // The deadline of each request is its signal's; undici's own time-outs would only disagree with it.
    this.#pool = new Pool(origin, { connections, connect: { timeout: connectTimeoutMs }, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  }

  /**
   * Asks once, and once more on another connection when the first broke before anything was answered.
   *
   * @throws {Problem} `upstream-unavailable`
   */
  async ask(request: UpstreamRequest): Promise<Dispatcher.ResponseData> {
    try {
      return await this.#pool.request(request);
    } catch (error) {
      if (!retryable.has(codeOf(error)) || request.signal.aborted) throw this.#unavailable(error);
    }
    try {
      return await this.#pool.request(request);
    } catch (error) {
      throw this.#unavailable(error);
    }
  }

  #unavailable(cause: unknown): Problem {
    return new Problem('upstream-unavailable', undefined, { retryAfterSeconds: 1, cause: `${this.#origin}: ${codeOf(cause) || String(cause)}` });
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
