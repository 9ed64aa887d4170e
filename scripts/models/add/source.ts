import { CommandError } from '../command.ts';

/** A licence as somebody states it. */
export interface StatedLicence {
  /** Mostly an SPDX expression. */
  readonly text: string;
  /** Where it is stated, for messages: `the model card`. */
  readonly where: string;
}

/** Bytes that are on their way. */
export interface Download {
  /** As announced; it may be wrong. */
  readonly bytes: number | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the transfer. */
  cancel(): void;
}

/** A file that an address names, before its bytes are fetched. */
export interface Source {
  /** Names the same bytes later where that is possible, and holds no secret. */
  readonly address: string;
  /** Commit or digest that a name was resolved to. */
  readonly revision?: string | undefined;
  readonly fileName: string;
  readonly licence?: StatedLicence | undefined;
  /** What its publisher says that the file has. */
  readonly sha256?: string | undefined;
  readonly bytes?: number | undefined;
  /** @throws {CommandError} one sentence, when it cannot be had */
  open(): Promise<Download>;
}

/** What every kind of source needs. */
export interface Connection {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts at the deadline. */
  readonly signal: AbortSignal;
  /** `--licence` was given: no other file is searched for one. */
  readonly hasLicence: boolean;
}

/** Names of files beside a model that hold its licence. */
export const licenceFiles = ['LICENSE', 'LICENSE.txt', 'LICENSE.md'] as const;

/**
 * The name of a downloaded file, which becomes a path and part of messages.
 *
 * @throws {CommandError} when it is not a plain name that ends as models do
 */
export function modelFileName(path: string): string {
  const name = path.split('/').at(-1) ?? '';
  if (!/^\w[\w .()+@-]{0,199}$/.test(name) || !/\.(?:onnx|pth?)$/i.test(name))
    throw new CommandError(`The address must name a file ending in .onnx or .pt; found ${JSON.stringify(name.slice(0, 100))}.`, 2);
  return name;
}

/** Text of others for a terminal and a manifest: one line without control characters. */
export function plainText(text: string): string {
  return text
    .slice(0, 500)
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
