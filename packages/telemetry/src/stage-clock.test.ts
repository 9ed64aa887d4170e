import { StageClock } from './stage-clock.ts';

describe('StageClock', () => {
  it('gives each stage what passed since the last mark', () => {
    const clock = new StageClock(100);
    clock.mark('receive', 102);
    clock.mark('decode', 107);
    clock.add('queue', 3);
    clock.add('queue', 4);
    expect(clock.toJSON()).toEqual({ receive: 2, decode: 5, queue: 7 });
    expect(clock.toServerTiming()).toBe('receive;dur=2, decode;dur=5, queue;dur=7');
    expect(clock.spent('infer')).toBeUndefined();
    expect(clock.elapsed(110)).toBe(10);
  });
});
