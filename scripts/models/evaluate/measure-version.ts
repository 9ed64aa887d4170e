import type { Claim, Evaluator, ServedInfo } from './evaluator.ts';
import { judgeFile } from './file-facts.ts';
import { measureForms } from './forms.ts';
import { judge, skipped, type Outcome } from './outcome.ts';
import { readOwnManifest } from './relative.ts';
import { measureOutOfDistribution } from './out-of-distribution.ts';

interface Circumstances {
  /** Of the version's predict call. */
  readonly url: string;
  /** Where the model lies, when it lies here. */
  readonly folder: string;
  readonly sample: number | undefined;
  /** Fail when data is missing, instead of skipping. */
  readonly dataRequired: boolean;
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
  const { folder } = circumstances;
  const manifest = await readOwnManifest(folder, model.sha256);
  if (manifest) {
    outcomes.push(...(await judgeFile(folder, manifest, model)));
    outcomes.push(...(await measureOutOfDistribution(folder, manifest, circumstances)));
    outcomes.push(...(await measureForms(folder, manifest, evaluators, circumstances)));
  }
  return outcomes;
}
