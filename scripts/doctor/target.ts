import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** What came back of one request. */
export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly elapsedMs: number;
}

interface RequestParts {
  /** As it stands in the request line; no client library changes it. */
  readonly target: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const timeoutMs = 10_000;
const maxBytes = 256 * 1024;

/** A running suite, asked byte by byte: what a client library would normalise is exactly what has to be tested. */
export class Target {
  readonly url: URL;
  readonly #key: string | undefined;

  /** @param key an API key without the scope `admin`, for what only a known caller may do */
  constructor(url: string, key?: string) {
    this.url = new URL(url);
    this.#key = key;
  }

  get hasKey(): boolean {
    return this.#key !== undefined;
  }

  get isLoopback(): boolean {
    return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(this.url.hostname);
  }

  /** The header that names the caller; empty without a key. */
  get credentials(): Readonly<Record<string, string>> {
    return this.#key === undefined ? {} : { 'x-api-key': this.#key };
  }

  /**
   * Sends one request over a connection of its own.
   *
   * @throws {Error} when no connection opens, or no response comes within 10 s
   */
  async send({ target, method = 'GET', headers = {}, body }: RequestParts): Promise<Response> {
    const fields: Record<string, string> = { host: this.url.host, connection: 'close', ...headers };
    if (body !== undefined) fields['content-length'] ??= String(Buffer.byteLength(body));
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
    const prefix = this.url.pathname.replace(/\/$/, '');
    const path = target.startsWith('/') ? `${prefix}${target}` : target;
    return this.#exchange(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`);
  }

  async #exchange(message: string): Promise<Response> {
    const socket = await this.#connect();
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const end = (): void => {
        clearTimeout(timer);
        socket.destroy();
        const response = parse(Buffer.concat(chunks).toString('latin1'), performance.now() - startedAt);
        if (response) resolve(response);
        else reject(new Error('the connection closed without a response'));
      };
      const timer = setTimeout(() => {
        if (length > 0) end();
        else {
          socket.destroy();
          reject(new Error(`no response within ${timeoutMs / 1000} s`));
        }
      }, timeoutMs);
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > maxBytes || isWhole(Buffer.concat(chunks).toString('latin1'))) end();
      });
      socket.once('end', end);
      socket.once('error', () => end());
      socket.write(message, 'latin1');
    });
  }

  #connect(): Promise<Socket> {
    const host = this.url.hostname.replaceAll(/[[\]]/g, '');
    const isSecure = this.url.protocol === 'https:';
    const port = Number(this.url.port) || (isSecure ? 443 : 80);
    return new Promise((resolve, reject) => {
      const socket = isSecure ? connectTls({ host, port, servername: host, ALPNProtocols: ['http/1.1'] }) : connectPlain({ host, port });
      socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no connection to ${this.url.host} within ${timeoutMs / 1000} s`)));
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        socket.setTimeout(0);
        resolve(socket);
      });
      socket.once('error', reject);
    });
  }
}

/** True once the declared length has come, or the connection belongs to another protocol: a server may keep it open after that. */
function isWhole(text: string): boolean {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const head = text.slice(0, headEnd);
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  return head.startsWith('HTTP/1.1 101') || (length !== undefined && text.length - headEnd - 4 >= Number(length));
}

function parse(text: string, elapsedMs: number): Response | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = (headEnd < 0 ? text : text.slice(0, headEnd)).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]);
  if (!status) return undefined;
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status, headers, body: headEnd < 0 ? '' : text.slice(headEnd + 4), elapsedMs };
}
