import { toAnswer } from './postprocess.ts';

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
