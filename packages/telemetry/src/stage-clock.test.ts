import fc from 'fast-check';
import { StageClock, stages, type Stage } from './stage-clock.ts';

function clockOf(times: Partial<Record<Stage, number>>): StageClock {
  const clock = new StageClock(0);
  for (const [stage, ms] of Object.entries(times)) clock.add(stage as Stage, ms);
  return clock;
}

describe('StageClock', () => {
  it('gives each stage what passed since the last mark', () => {
    const clock = new StageClock(100);
    expect(clock.mark('receive', 102)).toBe(102);
    clock.mark('decode', 107);
    clock.add('queue', 3);
    clock.add('queue', 4);
    expect(clock.toJSON()).toEqual({ receive: 2, decode: 5, queue: 7 });
    expect(clock.toServerTiming()).toBe('receive;dur=2.000, decode;dur=5.000, queue;dur=7.000');
    expect(clock.spent('infer')).toBeUndefined();
    expect(clock.elapsed(110)).toBe(10);
    const passed: unknown[] = [];
    clock.forEach((index, ms) => passed.push([stages[index], ms]));
    expect(passed).toEqual([
      ['receive', 2],
      ['decode', 5],
      ['queue', 7],
    ]);
  });

  it('tells of what came after it was asked first', () => {
    const clock = clockOf({ receive: 1 });
    expect(clock.toText()).toBe('{"receive":1.000}');
    clock.add('receive', 0.25);
    clock.mark('infer', 20);
    expect(clock.toText()).toBe('{"receive":1.250,"infer":20.000}');
    expect(clock.toServerTiming()).toBe('receive;dur=1.250, infer;dur=20.000');
  });

  it.each([
    ['nothing', {}, '{}'],
    ['a time that rounds to ten milliseconds', { infer: 9.99951 }, '{"infer":10.000}'],
    ['the longest of the short', { infer: 9.9994 }, '{"infer":9.999}'],
    ['one long among short', { receive: 0.0304, infer: 61_204.5, forward: 1 }, '{"receive":0.030,"infer":61204.500,"forward":1.000}'],
    ['a clock that was set back', { infer: -0.25 }, '{"infer":-0.250}'],
  ])('writes %s', (_, times, text) => {
    expect(clockOf(times).toText()).toBe(text);
  });

  it('says of any times in both texts what they are, whoever was told before', () => {
    const ms = fc.oneof(fc.integer({ min: 0, max: 12_000 }), fc.integer({ min: 0, max: 90_000_000 })).map((microseconds) => microseconds / 1000);
    const times = fc.record(Object.fromEntries(stages.map((stage) => [stage, ms])) as Record<Stage, typeof ms>, { requiredKeys: [] });
    fc.assert(
      fc.property(times, (spent) => {
        const clock = clockOf(spent);
        const passed = stages.filter((stage) => spent[stage] !== undefined);
        expect(clock.toJSON()).toEqual(spent);
        expect(clock.toServerTiming()).toBe(passed.map((stage) => `${stage};dur=${spent[stage]!.toFixed(3)}`).join(', '));
      }),
    );
  });
});
