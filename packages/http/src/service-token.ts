import { ConfigError } from '@facet/config';
import type { Log } from '@facet/telemetry';
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** The header in which the gateway sends the secret; what a client sends in it goes nowhere. */
export const serviceTokenHeader = 'x-facet-service-token';

/** Visible ASCII without a comma, as a header can carry it; long enough that guessing is hopeless. */
const tokenPattern = /^[\x21-\x2b\x2d-\x7e]{16,256}$/;
const maxTokens = 2;

interface ServiceTokenOptions {
  readonly serviceTokens: readonly string[] | undefined;
  readonly serviceTokenFile: string | undefined;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** @throws {Error} one sentence, without the secret */
function parseTokens(parts: readonly string[]): readonly string[] {
  const tokens = parts.map((part) => part.trim()).filter((part) => part !== '');
  if (tokens.length === 0 || tokens.length > maxTokens) throw new Error(`expected one secret, or two during a rotation, found ${tokens.length}`);
  if (!tokens.every((token) => tokenPattern.test(token))) throw new Error('a secret must be 16 to 256 visible ASCII characters without commas');
  return tokens;
}

/** The secret that the gateway shares with its services, from a setting or from a file that may change at any time. */
export class ServiceToken {
  readonly #path: string | undefined;
  readonly #log: Log;
  #text = '';
  #current = '';
  #digests: readonly Buffer[] = [];
  #timer: NodeJS.Timeout | undefined;

  private constructor(path: string | undefined, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /**
   * @returns undefined where none is configured
   * @throws {ConfigError} when the file cannot be used
   */
  static async open({ serviceTokens, serviceTokenFile }: ServiceTokenOptions, log: Log, pollMs = 1000): Promise<ServiceToken | undefined> {
    if (serviceTokenFile === undefined && serviceTokens === undefined) return undefined;
    const token = new ServiceToken(serviceTokenFile, log);
    try {
      if (serviceTokenFile === undefined) token.#use(parseTokens(serviceTokens!));
      else await token.#read();
    } catch (error) {
      throw new ConfigError([`${serviceTokenFile === undefined ? 'SERVICE_TOKEN' : `SERVICE_TOKEN_FILE=${serviceTokenFile}`}: ${(error as Error).message}`]);
    }
    if (serviceTokenFile !== undefined) token.#poll(pollMs);
    return token;
  }

  /** What the gateway sends. */
  get current(): string {
    return this.#current;
  }

  /** Whether a header carries one of the secrets; the time says nothing of how much of it is right. */
  accepts(given: string | readonly string[] | undefined): boolean {
    if (typeof given !== 'string') return false;
    const hash = digest(given);
    let isKnown = false;
    for (const known of this.#digests) if (timingSafeEqual(known, hash)) isKnown = true;
    return isKnown;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #use(tokens: readonly string[]): void {
    this.#current = tokens[0]!;
    this.#digests = tokens.map(digest);
  }

  /** A mounted Secret changes by a swap of symlinks, which file watchers miss: it is polled. */
  #poll(pollMs: number): void {
    this.#timer = setTimeout(() => {
      this.#read()
        .catch((error: unknown) =>
          this.#log.error({ path: this.#path, detail: (error as Error).message }, 'SERVICE_TOKEN_FILE is invalid; keeping the current token'),
        )
        .finally(() => this.#poll(pollMs));
    }, pollMs).unref();
  }

  async #read(): Promise<void> {
    const text = await readFile(this.#path!, 'utf8');
    if (text === this.#text) return;
    const isFirst = this.#text === '';
    this.#text = text;
    this.#use(parseTokens(text.split('\n')));
    if (!isFirst) this.#log.info({ path: this.#path }, 'service token reloaded');
  }
}
