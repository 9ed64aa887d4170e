const numbered = /^v?0*(\d{1,9})$/;

/**
 * The name of a version, however a caller spells it: `v2`, `V2` and `2` are one. What is no spelling of a version stays as it is, in small
 * letters, and is refused as unknown.
 */
export function versionName(spelling: string): string {
  const small = spelling.trim().toLowerCase();
  const number = numbered.exec(small)?.[1];
  return number === undefined ? small : `v${number}`;
}
