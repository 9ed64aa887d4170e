import { ConfigError, weights as weightsSchema } from '@facet/config';
import type { Log } from '@facet/telemetry';
import { readFile, stat } from 'node:fs/promises';

/** Shares by version, by service. */
export type ServiceWeights = Readonly<Record<string, Readonly<Record<string, number>>>>;

type VersionsByService = Readonly<Record<string, readonly string[]>>;

interface WeightsFileOptions {
  readonly path: string;
  /** Services that it may name, and the versions that each serves. */
  readonly versions: VersionsByService;
  readonly log: Log;
  readonly onChange: (weights: ServiceWeights) => void;
  readonly pollMs?: number;
}

/**
 * @param text such as `{"digit":{"v1":80,"v2":20}}`; services that it leaves out keep what the environment says
 * @throws {Error} one sentence that says what is wrong and where
 */
export function parseWeights(text: string, versions: VersionsByService): ServiceWeights {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new Error(`it is not JSON (${(error as Error).message})`, { cause: error });
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw new Error('expected an object such as {"digit":{"v1":80,"v2":20}}');
  const entries = Object.entries(document).map(([service, shares]) => {
    const served = versions[service];
    if (!served) throw new Error(`there is no service '${service}'; there is ${Object.keys(versions).join(', ')}`);
    const result = weightsSchema().safeParse(JSON.stringify(shares));
    if (!result.success) throw new Error(`${service}: ${result.error.issues.map(({ message }) => message).join('; ')}`);
    if (!served.some((version) => (result.data[version] ?? 0) > 0)) throw new Error(`${service}: no share for what is served, ${served.join(', ')}`);
    return [service, result.data] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Weights from a file that may change at any time, usually a mounted ConfigMap.
 *
 * It is polled: a ConfigMap changes by a swap of symlinks two levels up, which file watchers miss.
 */
export class WeightsFile {
  readonly #options: WeightsFileOptions;
  #text = '';
  #seen = '';
  #timer: NodeJS.Timeout | undefined;

  private constructor(options: WeightsFileOptions) {
    this.#options = options;
  }

  /**
   * Reads the file, and again whenever it changes. A change that cannot be used is logged once, and what was before stays in force.
   *
   * @throws {ConfigError} when it cannot be used to begin with
   */
  static async open(options: WeightsFileOptions): Promise<WeightsFile> {
    const file = new WeightsFile(options);
    try {
      await file.#read();
    } catch (error) {
      throw new ConfigError([`AB_WEIGHTS_FILE=${JSON.stringify(options.path)}: ${(error as Error).message}`]);
    }
    file.#poll();
    return file;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #poll(): void {
    this.#timer = setTimeout(() => {
      this.#read()
        .catch((error: unknown) =>
          this.#options.log.error(
            { path: this.#options.path, detail: (error as Error).message },
            'the weights file cannot be used; the weights stay as they are',
          ),
        )
        .finally(() => this.#poll());
    }, this.#options.pollMs ?? 1000).unref();
  }

  async #read(): Promise<void> {
    const { path, versions, log, onChange } = this.#options;
    const about = await stat(path).catch(() => undefined);
    const seen = about ? `${about.ino} ${about.mtimeMs} ${about.size}` : 'absent';
    if (seen === this.#seen) return;
    this.#seen = seen;
    const text = await readFile(path, 'utf8');
    if (text === this.#text) return;
    const isFirst = this.#text === '';
    const parsed = parseWeights(text, versions);
    this.#text = text;
    onChange(parsed);
    if (!isFirst) log.info({ weights: parsed }, 'traffic weights reloaded');
  }
}
