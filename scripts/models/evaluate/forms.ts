import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../../packages/inference/src/index.ts';
import type { Evaluator } from './evaluator.ts';
import { judgeCount } from './file-facts.ts';
import { judge, skipped, type Outcome } from './outcome.ts';
import { findPython, pythonHint, runTraining, training } from './python.ts';
import { withRelative } from './relative.ts';

/** Items that a sample asks of each form: there are many forms. */
const sampled = 200;

/** Of what a manifest says of other forms of its model. */
type Form = NonNullable<Manifest['variants']>['forms'][number];

/** Where Python leaves the forms of a model, whatever folder it lies in. */
function cacheOf({ sha256 }: Manifest): string {
  return join(training, '.cache', 'variants', sha256.slice(0, 16));
}

/** Whether the forms are there, and no older than the code that makes them: another recipe makes other files of the same model. */
async function areCurrent(cache: string): Promise<boolean> {
  const recipes = ['compress.py', 'forms.py'].map((name) => join(training, 'facet_training', name));
  const [made, ...written] = await Promise.all([cache, ...recipes].map(async (path) => (await stat(path).catch(() => undefined))?.mtimeMs ?? 0));
  return made !== 0 && written.every((time) => time <= made!);
}

/** Those to ask: in a sample of data that is always asked in full, the smallest alone. */
function choose(forms: readonly Form[], { isAskedInFull = false }: Evaluator, sample: number | undefined): readonly Form[] {
  if (sample === undefined || !isAskedInFull) return forms;
  return forms.toSorted((a, b) => a.bytes - b.bytes).slice(0, 1);
}

/**
 * Measures the forms that are not shipped: each is made again from the file that is, served in its place and asked what the model's
 * headline was measured on. What is claimed of their speed depends on the machine and is not judged.
 *
 * @param cache where the files lie, or are made
 */
export async function measureForms(
  folder: string,
  manifest: Manifest,
  evaluators: readonly Evaluator[],
  { sample, dataRequired }: { readonly sample: number | undefined; readonly dataRequired: boolean },
  cache = cacheOf(manifest),
): Promise<Outcome[]> {
  const { variants, accuracy, version } = manifest;
  const evaluator = evaluators.find(({ dataset }) => dataset === accuracy?.dataset);
  if (!variants || !evaluator) return [];
  const [, ...forms] = variants.forms;
  const metricOf = (form: Form): string => `${variants.metric} as ${form.form}`;
  const skipAll = (reason: string): Outcome[] => forms.map((form) => skipped({ metric: metricOf(form), value: form.value }, reason, dataRequired));
  const missing = evaluator.missing();
  if (missing !== undefined) return skipAll(missing);
  if (!(await areCurrent(cache))) {
    if (!findPython()) return skipAll(`Python makes these files, and ${pythonHint}`);
    await runTraining('forms', [folder]);
  }

  const outcomes: Outcome[] = [];
  for (const form of choose(forms, evaluator, sample)) {
    const file = join(cache, `${form.form.replaceAll(' ', '-')}.onnx`);
    const found = await stat(file).catch(() => undefined);
    if (!found) {
      outcomes.push(skipped({ metric: metricOf(form), value: form.value }, 'Python could not make it here', true));
      continue;
    }
    outcomes.push(judgeCount(`bytes as ${form.form}`, form.bytes, found.size));
    const asked = { sample: sample && Math.min(sample, sampled), wanted: new Set<string>() };
    // Dynamic quantisation takes its ranges from all rows of a run, so that a row's answer would depend on what is asked beside it; and
    // what the session of the shipped file is told is about how that one stores its weights.
    const findings = await withRelative(folder, manifest, { file, changes: { maxBatchRows: 1, sessionConfig: undefined } }, (base) =>
      evaluator.measure({ url: `${base}/${version}/predict`, ...asked }),
    );
    const finding = findings.find(({ metric }) => metric === variants.metric)!;
    outcomes.push(judge({ value: form.value }, { ...finding, metric: metricOf(form) }));
  }
  return outcomes;
}
