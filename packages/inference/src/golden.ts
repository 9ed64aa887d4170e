/** How far a number may lie from the golden one, by the key it stands under. */
export type Tolerances = Readonly<Record<string, number>>;

/**
 * Compares an answer with the golden one; keys that the golden answer lacks are not compared.
 *
 * @param tolerances allowed absolute difference by key; a number inside arrays and objects takes the nearest key above it
 * @returns one line a difference, none when they agree
 */
export function differences(expected: unknown, actual: unknown, tolerances: Tolerances, path = '', tolerance = 0): string[] {
  if (typeof expected === 'number' && typeof actual === 'number') {
    return Math.abs(expected - actual) <= tolerance ? [] : [`${path || '/'} is ${actual}, expected ${expected} within ${tolerance}`];
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length !== actual.length) {
    return [`${path || '/'} has ${actual.length} items, expected ${expected.length}`];
  }
  if (typeof expected === 'object' && expected !== null && typeof actual === 'object' && actual !== null) {
    return Object.entries(expected).flatMap(([key, value]) =>
      differences(value, (actual as Record<string, unknown>)[key], tolerances, `${path}/${key}`, tolerances[key] ?? tolerance),
    );
  }
  return Object.is(expected, actual) ? [] : [`${path || '/'} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`];
}
