import { readValues, type ValueRow } from './read-values.ts';

interface Chart {
  readonly name: string;
  readonly description: string;
  /** Groups of values by heading: the text of a values.yaml, and where in it they lie. */
  readonly groups: readonly (readonly [heading: string, source: string, below?: readonly string[]])[];
  readonly intro: string;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function row({ path, fallback, doc }: ValueRow): string {
  return `| \`${path}\` | ${fallback === undefined ? '' : `\`${cell(fallback)}\``} | ${cell(doc)} |`;
}

/** The README of a chart: what it is, how it is installed, what it can be told. */
export function renderReadme({ name, description, groups, intro }: Chart): string {
  const tables = groups.map(([heading, source, below]) =>
    [`## ${heading}`, '', '| value | default | description |', '| --- | --- | --- |', ...readValues(source, below).map(row), ''].join('\n'),
  );
  return ['<!-- Written by `npm run charts`; do not edit. -->', '', `# ${name}`, '', `${description}.`, '', intro, '', ...tables].join('\n');
}
