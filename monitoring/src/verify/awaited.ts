/** Metrics that panels and rules ask for and that the services do not have yet, with who brings them. Remove what has come. */
const awaited: Readonly<Record<string, string>> = {};

export function awaitedIn(expr: string): string | undefined {
  const name = Object.keys(awaited).find((metric) => expr.includes(metric));
  return name === undefined ? undefined : `${name} comes with ${awaited[name]}`;
}

export const awaitedMetrics: readonly string[] = Object.keys(awaited);
