import fc from 'fast-check';
import { chooseEndpoint } from './choose-endpoint.ts';

const endpoint = (inFlight: number, open = true) => ({ inFlight, isUsable: () => open });
const endpoints = fc
  .array(fc.record({ inFlight: fc.nat(50), open: fc.boolean() }), { maxLength: 8 })
  .map((all) => all.map((one) => endpoint(one.inFlight, one.open)));
const draws = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));

describe('chooseEndpoint', () => {
  it('never takes one that was asked already, nor one that is closed while another is open', () => {
    fc.assert(
      fc.property(endpoints, fc.nat(8), draws, (all, triedCount, stream) => {
        const tried = all.slice(0, triedCount);
        const chosen = chooseEndpoint(all, 0, () => stream.next().value, tried);
        const untried = all.slice(triedCount);
        if (chosen === undefined) return untried.length === 0;
        return untried.includes(chosen) && (chosen.isUsable() || !untried.some((one) => one.isUsable()));
      }),
    );
  });

  it('never takes the most loaded of several', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(100), { minLength: 2, maxLength: 8 }), draws, (loads, stream) => {
        const chosen = chooseEndpoint(
          loads.map((load) => endpoint(load)),
          0,
          () => stream.next().value,
        )!;
        return chosen.inFlight < Math.max(...loads);
      }),
    );
  });

  it('keeps equal pods equally busy, and a slow one less', () => {
    const pods = [1, 1, 1, 4].map((turns) => ({ inFlight: 0, isUsable: () => true, turns, served: 0 }));
    const busy: { pod: (typeof pods)[number]; until: number }[] = [];
    for (let turn = 0; turn < 20_000; turn += 1) {
      while (busy[0] && busy[0].until <= turn) busy.shift()!.pod.inFlight -= 1;
      const pod = chooseEndpoint(pods, 0, Math.random)!;
      pod.inFlight += 1;
      pod.served += 1;
      busy.push({ pod, until: turn + pod.turns * 4 });
      busy.sort((a, b) => a.until - b.until);
    }
    const [first, second, third, slow] = pods.map(({ served }) => served) as [number, number, number, number];
    expect(Math.max(first, second, third) / Math.min(first, second, third)).toBeLessThan(1.1);
    expect(slow).toBeLessThan(0.7 * first);
  });
});
