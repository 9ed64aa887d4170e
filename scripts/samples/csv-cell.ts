/**
 * A cell of a table by RFC 4180.
 *
 * @throws {TypeError} for a text that a spreadsheet would take for a formula: names of classes need no such thing
 */
export function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  if (/^[=+\-@\t\r]/.test(value)) throw new TypeError(`expected the name of a class, not '${value.slice(0, 40)}'`);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
