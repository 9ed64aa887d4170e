import { differences } from './golden.ts';

describe('differences', () => {
  const golden = { label: '7', probabilities: { 7: 0.9, 1: 0.1 } };

  it('finds none within the tolerance of the nearest key', () => {
    expect(differences(golden, { label: '7', probabilities: { 7: 0.9004, 1: 0.0996 }, extra: 1 }, { probabilities: 0.001 })).toEqual([]);
  });

  it('names what differs, is missing, or has another length', () => {
    expect(differences(golden, { label: '1', probabilities: { 7: 0.8 } }, { probabilities: 0.001 })).toEqual([
      '/label is "1", expected "7"',
      '/probabilities/1 is undefined, expected 0.1',
      '/probabilities/7 is 0.8, expected 0.9 within 0.001',
    ]);
    expect(differences([1], [1, 2], {})).toEqual(['/ has 2 items, expected 1']);
    expect(differences({ a: Number.NaN }, { a: 1 }, {})).toHaveLength(1);
  });
});
