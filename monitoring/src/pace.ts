/** Turns a duration as it stands in the sources (`5m`, `3d`) into the one that a rule gets. */
export type Pace = (duration: string) => string;

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

export const realPace: Pace = (duration) => duration;

/**
 * The same rules so many times as quick, for tests that cannot wait five minutes.
 *
 * @param leastSeconds so long a window is at least, so that it still holds a few samples
 */
export function quickPace(times: number, leastSeconds: number): Pace {
  return (duration) => {
    const unit = unitSeconds[duration.at(-1)!];
    const seconds = Number(duration.slice(0, -1)) * (unit ?? Number.NaN);
    if (!(seconds >= 0)) throw new Error(`'${duration}' is no duration such as 5m`);
    return seconds === 0 ? '0s' : `${Math.max(leastSeconds, Math.round(seconds / times))}s`;
  };
}
