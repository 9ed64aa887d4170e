import { hash, randomBytes } from 'node:crypto';

/** What a record says of its subject and may forget later, the chain staying whole. */
export interface Personal {
  /** The authenticated caller. */
  readonly caller?: string;
  /** Whom the caller named. */
  readonly user?: string;
  readonly input?: string;
  readonly input_type?: string;
}

/** What happened, without its place in the chain. */
export interface AuditEvent {
  readonly at: string;
  readonly kind: 'prediction' | 'started' | 'healed' | 'lost';
  readonly personal?: Personal;
  readonly [detail: string]: unknown;
}

/** An event in its place: its hash covers it, and through `prev` all before it. */
export interface AuditRecord {
  readonly chain: string;
  readonly seq: number;
  readonly prev: string;
  readonly at: string;
  readonly kind: AuditEvent['kind'];
  /** SHA-256 of the personal part, salted: once that is forgotten nobody can guess it back. */
  readonly personal_hash?: string;
  readonly [detail: string]: unknown;
}

/** One line of an audit file, parsed. */
export interface AuditLine {
  readonly record: AuditRecord;
  /** null where it was forgotten. */
  readonly personal?: (Personal & { readonly salt: string }) | null;
  readonly hash: string;
}

/** What the first record of a chain has before it. */
export const noPrevious = '0'.repeat(64);

export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** Gives an event its place. */
export function chainEvent({ personal, ...details }: AuditEvent, chain: string, seq: number, prev: string): { line: string; hash: string } {
  const kept = personal && Object.keys(personal).length > 0 ? { ...personal, salt: randomBytes(12).toString('base64url') } : undefined;
  const record = { chain, seq, prev, ...details, ...(kept && { personal_hash: sha256(JSON.stringify(kept)) }) };
  const text = JSON.stringify(record);
  const own = sha256(text);
  return { line: `{"record":${text}${kept ? `,"personal":${JSON.stringify(kept)}` : ''},"hash":"${own}"}`, hash: own };
}

/**
 * Reads one line.
 *
 * @throws {Error} when it is not a record
 */
export function parseLine(text: string): AuditLine {
  const line = JSON.parse(text) as Partial<AuditLine> | null;
  if (typeof line?.record?.seq !== 'number' || typeof line.record.chain !== 'string' || typeof line.hash !== 'string') throw new Error('not an audit record');
  return line as AuditLine;
}

/** The same line without what it says of its subject. */
export function forgetPersonal(text: string): string {
  const { record, personal, hash: own } = parseLine(text);
  return personal ? `{"record":${JSON.stringify(record)},"personal":null,"hash":"${own}"}` : text;
}
