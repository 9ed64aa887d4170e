import { Problem, type ProblemFault } from '@facet/problem';

/** Points of a hand, in MediaPipe's order: the wrist first. */
export const landmarkCount = 21;

/** A hand that lacks points; each fault names one coordinate of a missing point. */
export class MissingLandmarks extends Problem {
  /** Points that lack a coordinate, 1 to 21. */
  readonly count: number;

  /** @param detail why all are missing, where there is no hand at all */
  constructor(faults: readonly ProblemFault[], detail?: string) {
    const count = detail === undefined ? faults.length : landmarkCount;
    super('missing-landmarks', detail ?? `${count} of ${landmarkCount} landmarks are missing.`, { errors: faults });
    this.count = count;
  }
}

export function invalid(pointer: string, detail: string): Problem {
  return new Problem('invalid-field', `${pointer === '' ? 'The body' : pointer}: ${detail}.`, { errors: [{ pointer, detail }] });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return value === null ? 'null' : 'an object';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
