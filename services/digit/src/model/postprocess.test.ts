import { fuseDigits, toAnswer } from './postprocess.ts';

describe('toAnswer', () => {
  it('names the most probable digit and gives all ten', () => {
    const logits = new Float32Array(10);
    logits[7] = 3;
    const { predicted_digit, confidence, all_probabilities } = toAnswer(logits);
    expect(predicted_digit).toBe(7);
    expect(confidence).toBeCloseTo(Math.exp(3) / (Math.exp(3) + 9));
    expect(Object.keys(all_probabilities)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(all_probabilities['7']).toBe(confidence);
  });
});

it('fuses answers by the mean of their probabilities, which a third digit may win', () => {
  const saying = (shares: Record<number, number>) => ({
    all_probabilities: Object.fromEntries(Array.from({ length: 10 }, (_, digit) => [String(digit), shares[digit] ?? 0])),
  });
  const fused = fuseDigits([saying({ 1: 0.55, 7: 0.45 }), saying({ 4: 0.55, 7: 0.45 })]);
  expect(fused).toMatchObject({ predicted_digit: 7, confidence: 0.45, all_probabilities: { '1': 0.275, '4': 0.275, '7': 0.45 } });
});
