import type { Problem } from '@facet/problem';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gate } from './gate.ts';

const openMs = 40;

/** A gate whose breaker has just opened. */
function openGate(): Gate {
  const gate = new Gate(
    { breakerFailures: 3, breakerOpenMs: openMs, limit: 'off', limitMin: 1, limitMax: 10, limitSlackMs: 1 },
    { opened: () => undefined, refused: () => undefined },
  );
  for (let count = 0; count < 3; count += 1) gate.fail();
  return gate;
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'admitted';
  } catch (error) {
    return (error as Problem).code;
  }
}

describe('a gate whose breaker is half open', () => {
  it('lets one request through to try, and refuses the others until it is over', async () => {
    const gate = openGate();
    expect(codeOf(() => gate.check('a'))).toBe('upstream-unavailable');
    await sleep(openMs + 10);
    const leave = gate.enter('a');
    expect(codeOf(() => gate.enter('b'))).toBe('upstream-unavailable');
    expect(codeOf(() => gate.check('a'))).toBe('upstream-unavailable');
    leave();
    expect(codeOf(() => gate.enter('b'))).toBe('admitted');
  });

  it('lets all through once the trial was answered', async () => {
    const gate = openGate();
    await sleep(openMs + 10);
    const leave = gate.enter('a');
    gate.succeed();
    leave();
    for (const caller of ['a', 'b', 'c']) expect(codeOf(() => gate.enter(caller))).toBe('admitted');
  });
});
