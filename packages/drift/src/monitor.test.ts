import { seeded } from '@facet/testkit';
import { Monitor, packRows, parseReference, referenceOf, TooFewPredictions, unpackRows, type Feature, type MonitorState } from './index.ts';

const features: readonly Feature[] = [
  { name: 'shade', doc: 'A continuous one.' },
  { name: 'confidence', doc: 'Another.' },
  { name: 'class', doc: 'A class.', categories: ['a', 'b', 'c'] },
];
const about = { task: 'digit', version: 'v1', source: 'made up', created: '2026-01-01T00:00:00Z' };

function stream(seed: number, shift = 0): () => number[] {
  const random = seeded(seed);
  return () => [random() + random() + shift, 0.5 + random() / 2, Math.trunc(3 * random() ** 2)];
}

function options(over: Partial<ConstructorParameters<typeof Monitor>[0]> = {}) {
  return { task: 'digit', version: 'v1', features, falseAlarmEvery: 10_000, windowSize: 50, random: seeded(9), ...over };
}

function referenceFrom(next: () => number[], count = 2000) {
  return referenceOf(features, Array.from({ length: count }, next), about);
}

describe('Monitor', () => {
  it('learns its reference from the first window when it is given none', () => {
    const next = stream(1);
    const monitor = new Monitor(options());
    for (let count = 0; count < 49; count++) monitor.observe(next());
    expect(monitor.status()).toMatchObject({ state: 'learning', reference: null });
    monitor.observe(next());
    expect(monitor.status()).toMatchObject({ state: 'watching', reference: { samples: 50, source: 'the first 50 predictions' }, observed: 0 });
  });

  it('raises one alarm for a change, names what changed, and has it taken back by a new reference', () => {
    const monitor = new Monitor(options(), referenceFrom(stream(2)));
    const [before, after] = [stream(3), stream(4, 0.5)];
    for (let count = 0; count < 2000; count++) expect(monitor.observe(before())).toBeUndefined();
    const alarms = Array.from({ length: 400 }, () => monitor.observe(after())).filter((alarm) => alarm !== undefined);
    expect(alarms).toHaveLength(1);
    expect(monitor.status()).toMatchObject({ state: 'drift', alarms: 1, evidence: 1, features: { shade: { verdict: 'drift' }, class: { verdict: 'stable' } } });
    monitor.adoptWindow();
    expect(monitor.status()).toMatchObject({ state: 'watching', alarms: 1, alarm: null, reference: { source: 'the last 50 predictions' } });
  });

  it('bets nothing on what a prediction does not have', () => {
    const monitor = new Monitor(options(), referenceFrom(stream(2)));
    for (let count = 0; count < 500; count++) expect(monitor.observe([Number.NaN, Number.NaN, Number.NaN])).toBeUndefined();
    expect(monitor.status().evidence).toBe(0);
    expect(monitor.status().features['shade']).toMatchObject({ verdict: 'unknown' });
  });

  it('goes on where it was, from text', () => {
    const reference = referenceFrom(stream(2));
    const monitor = new Monitor(options(), reference);
    const next = stream(5);
    for (let count = 0; count < 300; count++) monitor.observe(next());
    const again = new Monitor(options(), reference, JSON.parse(JSON.stringify(monitor.state)) as MonitorState);
    expect(again.status()).toEqual(monitor.status());
  });

  it('starts anew where other features were kept', () => {
    const monitor = new Monitor(options(), referenceFrom(stream(2)));
    monitor.observe(stream(1)());
    const other = new Monitor(options({ features: features.slice(0, 2) }), undefined, monitor.state);
    expect(other.status()).toMatchObject({ state: 'learning', observed: 0 });
  });

  it('makes no reference of a handful', () => {
    const monitor = new Monitor(options(), referenceFrom(stream(2)));
    for (let count = 0; count < 19; count++) monitor.observe(stream(count)());
    expect(() => monitor.adoptWindow()).toThrow(TooFewPredictions);
  });

  it('estimates accuracy by how often answers of a confidence were right', () => {
    const reliability = [
      { confidence: 0.75, accuracy: 0.5, n: 100 },
      { confidence: 1, accuracy: 0.9, n: 100 },
    ];
    const monitor = new Monitor(options(), { ...referenceFrom(stream(2)), reliability });
    for (const confidence of [0.6, 0.6, 0.6, 0.95]) monitor.observe([1, confidence, 0]);
    expect(monitor.status().accuracy).toEqual({ estimate: 0.6, mean_confidence: 0.6875, calibrated: true, n: 4 });
  });
});

describe('rows', () => {
  it('come back from bytes, wherever these lie in memory', () => {
    const rows = [
      [1, Number.NaN, 3],
      [0.1, 2, -5],
    ];
    const bytes = Buffer.concat([Buffer.from([7]), packRows(rows, 3)]).subarray(1);
    expect(unpackRows(bytes, 3).map((row) => Array.from(row))).toEqual(rows);
  });
});

describe('a reference', () => {
  it('is small, and what is read is what was written', () => {
    const reference = referenceFrom(stream(6), 20_000);
    const text = JSON.stringify(reference);
    expect(parseReference(text, 'here')).toEqual(reference);
    expect(reference.features['shade']!.values.length).toBeLessThanOrEqual(257);
  });

  it.each([
    ['no JSON', '{', 'is not JSON: here'],
    [
      'counts that do not add up',
      JSON.stringify({ ...referenceFrom(stream(1), 20), features: { shade: { n: 3, values: [1], counts: [2] } } }),
      'counts must add up to n',
    ],
    [
      'values out of order',
      JSON.stringify({ ...referenceFrom(stream(1), 20), features: { shade: { n: 2, values: [2, 1], counts: [1, 1] } } }),
      'values must ascend',
    ],
  ])('with %s is refused', (_, text, why) => {
    expect(() => parseReference(text, 'here')).toThrow(why);
  });
});
