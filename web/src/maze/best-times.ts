const key = (level: number): string => `facet.maze.${level}`;

/** The best time of a level on this machine, in milliseconds. Where nothing may be stored there is none. */
export function bestTime(level: number): number | undefined {
  try {
    const stored = Number(localStorage.getItem(key(level)) ?? Number.NaN);
    return Number.isFinite(stored) ? stored : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a time if it is the best; true when it is. */
export function keepTime(level: number, ms: number): boolean {
  const best = bestTime(level);
  if (best !== undefined && best <= ms) return false;
  try {
    localStorage.setItem(key(level), String(Math.round(ms)));
  } catch {
    // A private window may refuse; the game goes on.
  }
  return true;
}
