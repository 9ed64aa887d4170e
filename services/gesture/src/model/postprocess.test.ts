import type { Rejection } from '@facet/inference';
import { fuseGestures, toAnswer } from './postprocess.ts';

const rejection: Rejection = { score: 'energy', threshold: 1.5, accepted: 0.95, auroc: 0.9, scores: {}, classes: {}, command: '' };
const reading = {
  labels: ['call', 'like', 'constructor'],
  actions: { like: 'up' },
  rejection: undefined as Rejection | undefined,
  rejectedAction: 'keep',
} as const;

describe('toAnswer', () => {
  it('names the gesture and what it means', () => {
    const answer = toAnswer(Float32Array.of(0, 2, 0), reading);
    expect(answer).toMatchObject({ gesture: 'like', gesture_id: 1, action: 'up' });
    expect(answer.confidence).toBeCloseTo(Math.exp(2) / (Math.exp(2) + 2));
    expect(Object.keys(answer.probabilities)).toEqual(reading.labels);
    expect(answer).toMatchObject({ rejected: false, reject_reason: null });
    expect(answer).not.toHaveProperty('no_gesture');
  });

  it('leaves a gesture without a meaning without an action', () => {
    expect(toAnswer(Float32Array.of(2, 0, 0), reading).action).toBeNull();
    expect(toAnswer(Float32Array.of(0, 0, 2), reading).action).toBeNull();
  });

  it('says when a hand shows none of the gestures, and takes its action only where that is wished', () => {
    const [known, stranger] = [Float32Array.of(0, 2, 0), Float32Array.of(-1, 0, -1)];
    const withheld = { ...reading, rejection, rejectedAction: 'none' } as const;
    expect(toAnswer(known, withheld)).toMatchObject({ action: 'up', no_gesture: { rejected: false } });
    expect(toAnswer(stranger, withheld)).toMatchObject({ gesture: 'like', action: null, rejected: true, reject_reason: 'no-gesture' });
    expect(toAnswer(stranger, { ...reading, rejection })).toMatchObject({ action: 'up', no_gesture: { rejected: true } });
  });
});

describe('fuseGestures', () => {
  const { labels, actions } = reading;
  const known = toAnswer(Float32Array.of(0, 3, 0), { ...reading, rejection });
  const stranger = toAnswer(Float32Array.of(-3, 0, -3), { ...reading, rejection });

  it('takes the mean of probabilities and of strangeness, and what the gesture means', () => {
    const fused = fuseGestures([known, stranger], { actions, rejectedAction: 'keep' });
    expect(fused).toMatchObject({ gesture: 'like', gesture_id: 1, action: 'up' });
    expect(Object.keys(fused.probabilities)).toEqual(labels);
    expect(fused.confidence).toBeCloseTo((known.confidence + stranger.confidence) / 2);
    expect(fused.no_gesture!.score).toBeCloseTo((known.no_gesture!.score + stranger.no_gesture!.score) / 2);
    expect(fused.no_gesture!.rejected).toBe(false);
  });

  it('fuses hand by hand, and names each assumption once', () => {
    const two = {
      ...known,
      hands: [
        { handedness: 'Left', ...known },
        { handedness: null, ...stranger },
      ],
      warnings: ['assumed'],
    };
    const fused = fuseGestures([two, two], { actions, rejectedAction: 'none' });
    expect(fused.warnings).toEqual(['assumed']);
    expect(fused.hands).toMatchObject([
      { handedness: 'Left', action: 'up', rejected: false },
      { handedness: null, action: null, rejected: true },
    ]);
  });

  it('withholds the action of a hand that all reject, where that is wished', () => {
    expect(fuseGestures([stranger, stranger], { actions, rejectedAction: 'none' })).toMatchObject({ action: null, no_gesture: { rejected: true } });
    expect(fuseGestures([known, toAnswer(Float32Array.of(0, 3, 0), reading)], { actions, rejectedAction: 'none' })).not.toHaveProperty('no_gesture');
  });
});
