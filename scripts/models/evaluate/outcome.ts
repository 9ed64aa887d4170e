import type { Claim, Finding } from './evaluator.ts';
import { shortfall } from './shortfall.ts';

/** What became of one claim: a line of the table. */
export interface Outcome {
  readonly metric: string;
  readonly claim: string;
  readonly found: string;
  readonly samples: string;
  readonly verdict: string;
  readonly failed: boolean;
}

/** A claim that nothing was held against, and why. */
export function skipped(claim: Pick<Claim, 'metric'> & { readonly value?: number }, reason: string, failed: boolean): Outcome {
  return { metric: claim.metric, claim: claim.value?.toFixed(4) ?? 'none', found: '', samples: '', verdict: `skipped: ${reason}`, failed };
}

/** Holds what was found against what is claimed, if anything is. */
export function judge(claim: Pick<Claim, 'value'> | undefined, finding: Finding): Outcome {
  const { metric, value, samples, of, kind } = finding;
  const fault = claim && shortfall(claim.value, finding);
  const isJudged = claim !== undefined && (kind === 'share' || samples === of);
  return {
    metric,
    claim: claim?.value.toFixed(4) ?? 'none',
    found: value.toFixed(4),
    samples: `${samples} of ${of}`,
    verdict: fault !== undefined ? `FAIL: ${fault}` : isJudged ? 'ok' : claim ? 'measured; a sample cannot judge it' : 'measured',
    failed: fault !== undefined,
  };
}
