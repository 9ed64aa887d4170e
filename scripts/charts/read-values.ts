import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';

/** One value that a chart takes, as its values.yaml shows it. */
export interface ValueRow {
  /** Keys joined by dots. */
  readonly path: string;
  /** The default as JSON; none for a map whose keys have rows of their own. */
  readonly fallback: string | undefined;
  readonly doc: string;
}

/** The comment right above a line, as one line. */
function commentAbove(lines: readonly string[], lineAt: number): string {
  const comment: string[] = [];
  for (let at = lineAt - 1; at >= 0 && /^\s*#/.test(lines[at]!); at -= 1) comment.unshift(lines[at]!.replace(/^\s*# ?(-- )?/, ''));
  return comment.join(' ');
}

/**
 * Reads the values below a key of a values.yaml, in their order, with the comments above them.
 *
 * @param below keys that lead to the values, such as `['exports', 'workload']`
 */
export function readValues(source: string, below: readonly string[] = []): ValueRow[] {
  const lines = source.split('\n');
  const root = parseDocument(source).getIn(below, true);
  if (!isMap(root)) throw new Error(`there are no values below ${below.join('.') || 'the root'}`);
  const rows: ValueRow[] = [];

  function visit(map: YAMLMap, prefix: string): void {
    for (const { key, value } of map.items) {
      if (!isScalar(key) || !key.range) continue;
      const path = `${prefix}${String(key.value)}`;
      const lineAt = source.slice(0, key.range[0]).split('\n').length - 1;
      const isOpen = isMap(value) && !value.flow && value.items.length > 0;
      const doc = commentAbove(lines, lineAt);
      const fallback = isMap(value) || isSeq(value) || isScalar(value) ? JSON.stringify(value.toJSON()) : 'null';
      if (!isOpen || doc !== '') rows.push({ path, fallback: isOpen ? undefined : fallback, doc });
      if (isOpen) visit(value, `${path}.`);
    }
  }
  visit(root, '');
  return rows;
}
