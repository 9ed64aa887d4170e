import type { ServedModel } from '../task/served-model.ts';
import { ModelChoice } from './model-choice.ts';
import type { Slot } from './models.ts';

/** Versions that are ready, each with its labels. */
function choiceOf(labels: Readonly<Record<string, readonly string[]>>): ModelChoice {
  const models = Object.entries(labels).map(([version, names]) => ({ version, manifest: { labels: names } }) as unknown as ServedModel);
  const slots = new Map(models.map((model): [string, Slot] => [model.version, { status: 'ready', model }]));
  return new ModelChoice({ models: { slots, ready: models }, weights: {} } as unknown as ConstructorParameters<typeof ModelChoice>[0]);
}

const ask = (labels: Readonly<Record<string, readonly string[]>>) => choiceOf(labels).answerer({ version: 'ensemble', user: undefined });

describe('an ensemble', () => {
  it('is of all versions, where they have the same labels', () => {
    expect(ask({ v1: ['cat', 'dog'], v2: ['cat', 'dog'] })).toMatchObject({ version: 'ensemble' });
  });

  it.each([
    ['others', { v1: ['cat', 'dog'], v2: ['cat', 'fox'] }],
    ['more', { v1: ['cat', 'dog'], v2: ['cat', 'dog', 'fox'] }],
    ['the same in another order', { v1: ['cat', 'dog'], v2: ['cat', 'dog'], v3: ['dog', 'cat'] }],
  ])('is refused where a version has %s', (_what, labels) => {
    expect(() => ask(labels)).toThrow(
      expect.objectContaining({ code: 'unknown-version', message: expect.stringContaining('different labels') as string }) as Error,
    );
  });

  it('is refused where there is one version', () => {
    expect(() => ask({ v1: ['cat'] })).toThrow('An ensemble needs at least two versions');
  });
});
