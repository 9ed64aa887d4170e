/** Turns a duration as it stands in the sources (`5m`, `3d`) into the one that a rule gets. */
export type Pace = (duration: string) => string;

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

export const realPace: Pace = (duration) => duration;

/**
 * The same rules at a quicker pace, for tests that cannot wait five minutes: six seconds for five minutes, never below four, so that a
 * window still holds a few samples of one scrape a second.
 */
export const quickPace: Pace = (duration) => {
  const unit = unitSeconds[duration.at(-1)!];
  const seconds = Number(duration.slice(0, -1)) * (unit ?? Number.NaN);
  if (!(seconds >= 0)) throw new Error(`'${duration}' is no duration such as 5m`);
  return seconds === 0 ? '0s' : `${Math.max(4, Math.round(seconds / 50))}s`;
};
