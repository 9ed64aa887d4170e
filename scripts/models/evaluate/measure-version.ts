import type { Claim, Evaluator, Finding, ServedInfo } from './evaluator.ts';
import { readFileFacts } from './file-facts.ts';
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

interface Circumstances {
  /** Of the version's predict call. */
  readonly url: string;
  /** Where the model lies, when it lies here. */
  readonly folder: string;
  readonly sample: number | undefined;
  /** Fail when data is missing, instead of skipping. */
  readonly dataRequired: boolean;
}

function skipped(claim: Pick<Claim, 'metric'> & { readonly value?: number }, reason: string, failed: boolean): Outcome {
  return { metric: claim.metric, claim: claim.value?.toFixed(4) ?? 'none', found: '', samples: '', verdict: `skipped: ${reason}`, failed };
}

function judge(claim: Claim | undefined, finding: Finding): Outcome {
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

/** Measures on one data set what is claimed of it, or where nothing is claimed at all the headline. */
async function measureOn(evaluator: Evaluator, claims: readonly Claim[], model: ServedInfo, { url, sample, dataRequired }: Circumstances): Promise<Outcome[]> {
  const { headline } = evaluator;
  const isUnclaimed = model.accuracy === null && model.metrics.length === 0;
  const asked: readonly { metric: string; value?: number }[] = claims.length > 0 ? claims : isUnclaimed && headline !== undefined ? [{ metric: headline }] : [];
  if (asked.length === 0) return [];
  const missing = evaluator.missing();
  if (missing !== undefined) return [skipped(asked[0]!, missing, dataRequired)];
  const unsuited = evaluator.unsuited(model.labels);
  // A claim on data that the model cannot answer is false; without a claim there is only nothing to measure.
  if (unsuited !== undefined) return claims.length > 0 ? [skipped(asked[0]!, unsuited, true)] : [];
  const findings = await evaluator.measure({ url, sample, wanted: new Set(asked.map(({ metric }) => metric)) });
  return asked.map(({ metric }) => {
    const claim = claims.find((each) => each.metric === metric);
    const finding = findings.find((each) => each.metric === metric);
    return finding ? judge(claim, finding) : skipped({ metric, ...claim }, `measured by '${claim!.command}' alone`, false);
  });
}

/**
 * Measures one version, every number that its manifest claims, and holds each against the claim.
 *
 * @param evaluators those of the version's task
 */
export async function measureVersion(model: ServedInfo, evaluators: readonly Evaluator[], circumstances: Circumstances): Promise<Outcome[]> {
  const claims = [...(model.accuracy ? [model.accuracy] : []), ...model.metrics];
  const outcomes: Outcome[] = [];
  for (const evaluator of evaluators) {
    const here = claims.filter(({ dataset }) => dataset === evaluator.dataset);
    outcomes.push(...(await measureOn(evaluator, here, model, circumstances)));
  }
  const known = new Set(evaluators.map(({ dataset }) => dataset));
  if (outcomes.length === 0 && claims.length === 0) outcomes.push(skipped({ metric: '' }, 'no data here suits its labels', false));
  for (const claim of claims) if (!known.has(claim.dataset)) outcomes.push(skipped(claim, `measured on ${claim.dataset}, which is not here`, false));
  const facts = await readFileFacts(circumstances.folder, model);
  for (const { metric, claim, found, holds } of facts ?? []) {
    outcomes.push({
      metric,
      claim: String(claim),
      found: String(found),
      samples: 'the file',
      verdict: holds ? 'ok' : `FAIL: claims ${claim}, found ${found}`,
      failed: !holds,
    });
  }
  return outcomes;
}
