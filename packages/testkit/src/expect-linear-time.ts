/** CPU time below this says nothing of how work grows: compiling and collecting garbage take as long. */
const floorMs = 10;
/** Work on four times the bytes takes four times as long when it is linear, and sixteen times when it is quadratic. */
const maxGrowth = 12;
const tries = 3;

/**
 * Checks that work on an input grows no faster than the input, up to a size at which quadratic work would be plain.
 *
 * It counts this process's CPU time, not the clock's, so that a busy machine does not fail it.
 *
 * @param make an input of about so many bytes
 * @param work may throw: a refusal is work too
 */
export async function expectLinearTime<T>(make: (bytes: number) => T, work: (input: T) => unknown, { from = 16 * 1024, to = 1024 ** 2 } = {}): Promise<void> {
  let before = await cpuMs(make(from), work);
  for (let bytes = from * 4; bytes <= to; bytes *= 4) {
    const input = make(bytes);
    const mostMs = maxGrowth * Math.max(before, floorMs);
    let spent = Infinity;
    for (let left = tries; left > 0 && spent > mostMs; left -= 1) spent = Math.min(spent, await cpuMs(input, work));
    if (spent > mostMs) throw new Error(`${bytes} bytes took ${Math.round(spent)} ms of CPU, a quarter of them ${Math.round(before)} ms: that is not linear`);
    before = spent;
  }
}

async function cpuMs<T>(input: T, work: (input: T) => unknown): Promise<number> {
  const began = process.cpuUsage();
  try {
    await work(input);
  } catch {
    // What it throws is for other tests.
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}
