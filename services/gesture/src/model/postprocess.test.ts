import { toAnswer } from './postprocess.ts';

describe('toAnswer', () => {
  const labels = ['call', 'like', 'constructor'];
  const actions = { like: 'up' } as const;

  it('names the gesture and what it means', () => {
    const answer = toAnswer(Float32Array.of(0, 2, 0), labels, actions);
    expect(answer).toMatchObject({ gesture: 'like', gesture_id: 1, action: 'up' });
    expect(answer.confidence).toBeCloseTo(Math.exp(2) / (Math.exp(2) + 2));
    expect(Object.keys(answer.probabilities)).toEqual(labels);
  });

  it('leaves a gesture without a meaning without an action', () => {
    expect(toAnswer(Float32Array.of(2, 0, 0), labels, actions).action).toBeNull();
    expect(toAnswer(Float32Array.of(0, 0, 2), labels, actions).action).toBeNull();
  });
});
