/** A number that a manifest claims of a model. */
export interface Claim {
  readonly metric: string;
  readonly value: number;
  readonly dataset: string;
  /** What measured it. */
  readonly command: string;
}

/** What a service says of the model that it serves, as `/model_info` puts it. */
export interface ServedInfo {
  readonly labels: readonly string[];
  readonly accuracy: Claim | null;
  readonly metrics: readonly Claim[];
  readonly sha256: string;
  readonly bytes: number;
  readonly total_parameters: number;
  readonly layers: number;
}

interface Measured {
  readonly value: number;
  /** Items that were asked. */
  readonly samples: number;
  /** Items that the data set holds. */
  readonly of: number;
}

/** A number found, and how it is to be held against a claim. */
export interface Finding extends Measured {
  /** As manifests name it. */
  readonly metric: string;
  /** A share of items that are right one by one, so that chance can be reckoned with; a higher or lower figure otherwise. */
  readonly kind: 'share' | 'higher' | 'lower';
  /** How far a full measurement may lie on the wrong side of the claim. */
  readonly tolerance: number;
}

/** What is asked of an evaluator. */
interface Question {
  /** Of the version's predict call, `…/v1/predict`. */
  readonly url: string;
  /** Items to ask, spread evenly over the data; all when not given. */
  readonly sample: number | undefined;
  /** Names of the metrics that somebody claims on this data. */
  readonly wanted: ReadonlySet<string>;
}

/** Measures models on one data set by asking a service that serves them, as a client would. */
export interface Evaluator {
  /** The metric that a model which claims none is measured by; undefined where such a model is not measured on this data. */
  readonly headline: string | undefined;
  /** As manifests name it. */
  readonly dataset: string;
  /** It has few items, all of which are asked whatever sample is wanted. */
  readonly isAskedInFull?: boolean;
  /** Says what data is missing and where it comes from, or nothing when it is there. */
  missing(): string | undefined;
  /** Says why this data cannot measure a model with these labels, or nothing when it can. */
  unsuited(labels: readonly string[]): string | undefined;
  /**
   * @returns the wanted metrics that this data can tell, perhaps others beside
   * @throws {Error} when the service refuses an item, with its answer
   */
  measure(question: Question): Promise<Finding[]>;
}

/** How exactly manifests write shares down. */
export const rounding = 0.00005;

/** So many items, spread evenly over all of them. */
export function spread<T>(items: readonly T[], count = items.length): T[] {
  const wanted = Math.min(count, items.length);
  return Array.from({ length: wanted }, (_, index) => items[Math.floor((index * items.length) / wanted)]!);
}

/** Requests under way at once. */
export const lanes = 4;

/** Long enough for a slow machine under load; the measurement wants an answer, not a deadline. */
const timeoutMs = 60_000;

/** A service answered something else than 200. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(url: string, status: number, text: string) {
    super(`${url} answered ${status}: ${text.slice(0, 300)}`);
    this.status = status;
  }
}

/**
 * Asks a service once.
 *
 * @throws {RefusedError} with status and body when it does not answer 200
 */
export async function ask<T>(url: string, body: FormData | object): Promise<T> {
  const isForm = body instanceof FormData;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'x-request-timeout-ms': String(timeoutMs), ...(!isForm && { 'content-type': 'application/json' }) },
    body: isForm ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await answer.text();
  if (!answer.ok) throw new RefusedError(url, answer.status, text);
  return JSON.parse(text) as T;
}
