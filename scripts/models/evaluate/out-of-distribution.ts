import { inParallel, missingData, readHands, sharedData, type Hand } from '@facet/testkit';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest, Rejection } from '../../../packages/inference/src/index.ts';
import { auroc } from './auroc.ts';
import { ask, lanes, rounding, spread, type Finding } from './evaluator.ts';
import { handsFile, landmarksOf } from './hands.ts';
import { judge, skipped, type Outcome } from './outcome.ts';
import { training } from './python.ts';
import { withRelative } from './relative.ts';

interface BatchAnswer {
  readonly results: readonly { readonly result: { readonly confidence: number; readonly no_gesture: { readonly score: number } } }[];
}

/** How sure each hand was a gesture at all, higher is surer, by the name of the score. */
type Scores = Readonly<Record<Rejection['score'], readonly number[]>>;

/** Services that run side by side; each start takes most of a core. */
const services = 2;
const batchRows = 64;
/** Gestures that a sample leaves out; of those all hands are asked. */
const sampled = 3;
/** Of each gesture every fifth hand is kept from all these networks; training keeps the same ones. */
const keptEvery = 5;
/** A hand is sent in pixels and rounded to float on its way. */
const tolerance = 2 * rounding;

/** Hands that no network was trained on, and those of one gesture. */
function divide(rows: readonly Hand[], left: string): { known: Hand[]; unknown: Hand[] } {
  const seen = new Map<string, number>();
  const known = rows.filter(({ label }) => {
    const place = seen.get(label) ?? 0;
    seen.set(label, place + 1);
    return label !== left && place % keptEvery === 0;
  });
  return { known, unknown: rows.filter(({ label }) => label === left) };
}

async function scoresOf(base: string, hands: readonly Hand[]): Promise<Scores> {
  const batches = Array.from({ length: Math.ceil(hands.length / batchRows) }, (_, index) => hands.slice(index * batchRows, (index + 1) * batchRows));
  const answers = await inParallel(batches, lanes, (batch) =>
    ask<BatchAnswer>(`${base}/batch/predict`, { items: batch.map((hand) => ({ landmarks: landmarksOf(hand) })) }),
  );
  const results = answers.flatMap((answer) => answer.results.map(({ result }) => result));
  return { 'max-probability': results.map(({ confidence }) => confidence), energy: results.map(({ no_gesture }) => 1 - no_gesture.score) };
}

/** {score: AUROC} of the network that never saw this gesture, from a service's answers. */
async function measureWithout(left: string, folder: string, manifest: Manifest, rejection: Rejection, rows: readonly Hand[]): Promise<Record<string, Finding>> {
  const labels = manifest.labels.filter((label) => label !== left);
  const [output] = manifest.outputs;
  // With energy the service answers it beside the confidence; its threshold only moves the score's middle.
  const changes = { labels, outputs: [{ ...output!, shape: [-1, labels.length] }], rejection: { ...rejection, score: 'energy' as const } };
  const { known, unknown } = divide(rows, left);
  const samples = known.length + unknown.length;
  return withRelative(folder, manifest, { file: fileOf(manifest, left), changes }, async (base) => {
    const [real, strange] = [await scoresOf(base, known), await scoresOf(base, unknown)];
    const values = (['max-probability', 'energy'] as const).map((score) => [score, auroc(real[score], strange[score])] as const);
    return Object.fromEntries(values.map(([score, value]) => [score, { metric: '', value, samples, of: samples, kind: 'higher', tolerance }]));
  });
}

/** Where training leaves the network that never saw a gesture. */
function fileOf({ task, version }: Manifest, left: string): string {
  return join(training, 'held-out', task, version, `${left}.onnx`);
}

/**
 * Measures how well 'no gesture' can be told: each network that never saw one of the gestures is served in the model's place, and must
 * tell hands of that gesture from held-back hands of the others. A sample takes a few of the gestures, with all their hands.
 */
export async function measureOutOfDistribution(
  folder: string,
  manifest: Manifest,
  { sample, dataRequired }: { readonly sample: number | undefined; readonly dataRequired: boolean },
): Promise<Outcome[]> {
  const { rejection, preprocessing } = manifest;
  if (!rejection || preprocessing.kind !== 'landmarks') return [];
  const claimed = { metric: 'AUROC of no gesture', value: rejection.auroc };
  const missing = missingData(handsFile);
  if (missing !== undefined) return [skipped(claimed, missing, dataRequired)];
  const gestures = Object.keys(rejection.classes);
  if (!gestures.every((left) => existsSync(fileOf(manifest, left)))) return [skipped(claimed, `measured by '${rejection.command}' alone`, false)];

  const rows = readHands(sharedData(handsFile)!).filter(({ split }) => split === 'train');
  const chosen = spread(gestures, sample === undefined ? gestures.length : sampled);
  const found = await inParallel(chosen, services, (left) => measureWithout(left, folder, manifest, rejection, rows));
  const outcomes = chosen.map((left, place) =>
    judge({ value: rejection.classes[left]! }, { ...found[place]![rejection.score]!, metric: `${claimed.metric}, ${left} left out` }),
  );
  for (const [score, value] of Object.entries(rejection.scores)) {
    const mean = found.reduce((sum, each) => sum + each[score]!.value, 0) / found.length;
    const finding: Finding = { metric: `${claimed.metric}, by ${score}`, value: mean, samples: found.length, of: gestures.length, kind: 'higher', tolerance };
    outcomes.push(judge({ value: score === rejection.score ? rejection.auroc : value }, finding));
  }
  return outcomes;
}
