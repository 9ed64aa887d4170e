import { differences } from '@facet/inference';
import { z } from 'zod';
import type { Classified } from './classified.ts';

const golden = z.object({ probabilities: z.record(z.string(), z.number()).optional() });

/** Decoders and resizers differ in a grey level here and there, which moves a probability this far. */
const margin = 0.02;

/**
 * Compares an answer with the golden one by the probabilities of the classes that this one names: that two of them which are as good as even
 * change places is no fault.
 *
 * @param expected `golden/output.json`
 * @returns one line a difference
 */
export function compareClasses(expected: unknown, { verdict: { labels, probabilities } }: Pick<Classified, 'verdict'>): string[] {
  const found = Object.fromEntries(labels.map((label, id) => [label, probabilities[id]!]));
  return differences(golden.parse(expected), { probabilities: found }, { probabilities: margin });
}
