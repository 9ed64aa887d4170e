import type { Problem } from '@facet/problem';
import { setTimeout as sleep } from 'node:timers/promises';
import { AdmissionController } from './admission-controller.ts';

const openMs = 40;

/** An admission controller whose breaker has just opened. */
function withOpenBreaker(): AdmissionController {
  const controller = new AdmissionController(
    { breakerFailures: 3, breakerOpenMs: openMs, limit: 'off', limitMin: 1, limitMax: 10, limitSlackMs: 1 },
    { opened: () => undefined, refused: () => undefined },
  );
  for (let count = 0; count < 3; count += 1) controller.fail();
  return controller;
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'admitted';
  } catch (error) {
    return (error as Problem).code;
  }
}

describe('an admission controller whose breaker is half open', () => {
  it('lets one request through to try, and refuses the others until it is over', async () => {
    const controller = withOpenBreaker();
    expect(codeOf(() => controller.check('a'))).toBe('upstream-unavailable');
    await sleep(openMs + 10);
    const leave = controller.enter('a');
    expect(codeOf(() => controller.enter('b'))).toBe('upstream-unavailable');
    expect(codeOf(() => controller.check('a'))).toBe('upstream-unavailable');
    leave();
    expect(codeOf(() => controller.enter('b'))).toBe('admitted');
  });

  it('lets all through once the trial was answered', async () => {
    const controller = withOpenBreaker();
    await sleep(openMs + 10);
    const leave = controller.enter('a');
    controller.succeed();
    leave();
    for (const caller of ['a', 'b', 'c']) expect(codeOf(() => controller.enter(caller))).toBe('admitted');
  });
});
