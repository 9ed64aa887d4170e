/** What a service says of the model that it serves, as `/model_info` puts it. */
export interface ServedInfo {
  readonly name: string;
  readonly labels: readonly string[];
  readonly accuracy: { readonly metric: string; readonly value: number; readonly dataset: string } | null;
}

export interface Measured {
  readonly value: number;
  /** Items that were asked. */
  readonly samples: number;
  /** Items that the data set holds. */
  readonly of: number;
}

/** Measures the models of one task by asking a service that serves them, as a client would. */
export interface Evaluator {
  /** As manifests name it. */
  readonly metric: string;
  /** As manifests name it. */
  readonly dataset: string;
  /** How far a full measurement may lie below the claim. */
  readonly tolerance: number;
  /** Says what data is missing and where it comes from, or nothing when it is there. */
  missing(): string | undefined;
  /** Says why this data cannot measure a model with these labels, or nothing when it can. */
  unsuited(labels: readonly string[]): string | undefined;
  /**
   * @param url of the version's predict call, `…/v1/predict`
   * @param sample items to ask, spread evenly over the data; all when not given
   * @throws {Error} when the service refuses an item, with its answer
   */
  measure(url: string, sample: number | undefined): Promise<Measured>;
}

/** So many items, spread evenly over all of them. */
export function spread<T>(items: readonly T[], count = items.length): T[] {
  const wanted = Math.min(count, items.length);
  return Array.from({ length: wanted }, (_, index) => items[Math.floor((index * items.length) / wanted)]!);
}

/** Requests under way at once. */
export const lanes = 4;

/** Long enough for a slow machine under load; the measurement wants an answer, not a deadline. */
const timeoutMs = 60_000;

/**
 * Asks a service once.
 *
 * @throws {Error} with status and body when it does not answer 200
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
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as T;
}
