import type { Exemplar } from './exemplars.ts';

export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/**
 * Turns Prometheus text into OpenMetrics 1.0, with exemplars. Samples keep their names, so that a scraper sees the same series in both.
 *
 * A counter in OpenMetrics is named without the `_total` of its samples; one whose samples have no such ending cannot be a counter there.
 *
 * @param text as prom-client writes it
 * @param exemplars by the name and labels of a bucket's line
 */
export function toOpenMetrics(text: string, exemplars: ReadonlyMap<string, Exemplar>): string {
  const lines: string[] = [];
  let help = '';
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (line.startsWith('# HELP ')) help = line;
    else if (line.startsWith('# TYPE ')) {
      const [, , name = '', type = ''] = line.split(' ');
      const isTotal = name.endsWith('_total');
      const family = type === 'counter' && isTotal ? name.slice(0, -'_total'.length) : name;
      lines.push(`# HELP ${family} ${help.slice(`# HELP ${name} `.length)}`, `# TYPE ${family} ${type === 'counter' && !isTotal ? 'unknown' : type}`);
    } else lines.push(withExemplar(line, exemplars));
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

function withExemplar(line: string, exemplars: ReadonlyMap<string, Exemplar>): string {
  const exemplar = exemplars.get(line.slice(0, line.lastIndexOf(' ')));
  return exemplar ? `${line} # {trace_id="${exemplar.traceId}"} ${exemplar.value} ${exemplar.at}` : line;
}
