import type { Evaluator, ServedInfo } from './evaluator.ts';
import { shortfall } from './shortfall.ts';

/** What became of one version: a line of the table. */
export interface Outcome {
  readonly claim: string;
  readonly found: string;
  readonly samples: string;
  readonly verdict: string;
  readonly failed: boolean;
}

/** Why a version cannot be measured with this data, or nothing when it can. */
function obstacle({ accuracy, labels }: ServedInfo, evaluator: Evaluator): string | undefined {
  const isOther = accuracy && (accuracy.metric !== evaluator.metric || accuracy.dataset !== evaluator.dataset);
  return evaluator.unsuited(labels) ?? (isOther ? `claims ${accuracy.metric} on ${accuracy.dataset}` : undefined);
}

/**
 * Measures one version and holds the result against its manifest's claim.
 *
 * @param url of its predict call
 * @param dataRequired fail when the data is missing, instead of skipping
 */
export async function measureVersion(
  model: ServedInfo,
  evaluator: Evaluator,
  url: string,
  sample: number | undefined,
  dataRequired: boolean,
): Promise<Outcome> {
  const { accuracy } = model;
  const claim = accuracy?.value.toFixed(4) ?? 'none';
  const unmeasured = { claim, found: '', samples: '' };
  const missing = evaluator.missing();
  if (missing !== undefined) return { ...unmeasured, verdict: `skipped: ${missing}`, failed: dataRequired };
  const reason = obstacle(model, evaluator);
  if (reason !== undefined) return { ...unmeasured, verdict: `skipped: ${reason}`, failed: false };

  const beganAt = performance.now();
  const measured = await evaluator.measure(url, sample);
  const seconds = ((performance.now() - beganAt) / 1000).toFixed(0);
  const fault = accuracy ? shortfall(accuracy.value, measured, evaluator.tolerance) : undefined;
  const verdict = fault === undefined ? (accuracy ? 'ok' : 'measured') : `FAIL: ${fault}`;
  return {
    claim,
    found: measured.value.toFixed(4),
    samples: `${measured.samples} of ${measured.of}`,
    verdict: `${verdict} (${seconds} s)`,
    failed: fault !== undefined,
  };
}
