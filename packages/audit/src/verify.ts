import { noPrevious, parseLine, sha256, type AuditLine } from './record.ts';

/** What is found in the lines of an audit file. */
export interface Verdict {
  readonly records: number;
  /** The end of each chain: compare it with what was noted elsewhere, for a chain does not show that its end was cut off. */
  readonly chains: readonly { readonly chain: string; readonly from: number; readonly to: number; readonly hash: string }[];
  /** The first link that does not hold; line counts from 1. */
  readonly broken?: { readonly line: number; readonly why: string };
  /** The last line was cut off in mid-write: no fault of the chain, the next start heals it. */
  readonly torn: boolean;
}

/**
 * Follows the chains through lines in their order; several may be mixed.
 *
 * @param text whole files, one after another
 */
export function verifyLines(text: string): Verdict {
  const ends = new Map<string, { chain: string; from: number; to: number; hash: string }>();
  const lines = text.split('\n');
  const torn = lines.pop() !== '';
  let records = 0;
  for (const [index, raw] of lines.entries()) {
    const why = checkLine(raw, ends);
    if (why !== undefined) return { records, chains: [...ends.values()], broken: { line: index + 1, why }, torn };
    records += 1;
  }
  return { records, chains: [...ends.values()], torn };
}

function checkLine(raw: string, ends: Map<string, { chain: string; from: number; to: number; hash: string }>): string | undefined {
  let line: AuditLine;
  try {
    line = parseLine(raw);
  } catch {
    return 'it is not a record';
  }
  const { record, personal, hash } = line;
  const at = `record ${record.seq} of chain ${record.chain}`;
  if (sha256(JSON.stringify(record)) !== hash) return `${at} was edited: its hash is not that of its content`;
  if (personal && sha256(JSON.stringify(personal)) !== record.personal_hash) return `${at} was edited: its personal part is not what the record says`;
  if (personal === undefined && record.personal_hash !== undefined) return `${at} was edited: its personal part was cut out`;
  const end = ends.get(record.chain);
  if (!end) {
    if (record.seq === 0 && record.prev !== noPrevious) return `${at} is the first, yet names one before it`;
    ends.set(record.chain, { chain: record.chain, from: record.seq, to: record.seq, hash });
    return undefined;
  }
  if (record.prev !== end.hash || record.seq !== end.to + 1)
    return record.seq > end.to + 1
      ? `records ${end.to + 1} to ${record.seq - 1} of chain ${record.chain} are missing before record ${record.seq}`
      : `${at} does not follow record ${end.to}: lines were swapped, repeated or replaced`;
  end.to = record.seq;
  end.hash = hash;
  return undefined;
}

/** Lines of a request: its own, or those of its items when it was a batch. */
export function findRecords(text: string, requestId: string): string[] {
  return text.split('\n').filter((raw) => {
    if (!raw.includes(requestId)) return false;
    try {
      const found = parseLine(raw).record['request_id'];
      return typeof found === 'string' && (found === requestId || found.startsWith(`${requestId}.`));
    } catch {
      return false;
    }
  });
}
