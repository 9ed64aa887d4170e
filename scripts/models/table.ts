/**
 * Lays out a table for a terminal: columns two spaces apart, no lines around them.
 *
 * @param rightAligned headings of the columns that hold numbers
 */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[], rightAligned: readonly string[] = []): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) => row.map((cell, column) => (rightAligned.includes(headings[column]!) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))))
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n');
}
