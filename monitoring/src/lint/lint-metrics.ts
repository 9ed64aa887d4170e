/** Counters whose names dashboards of the replaced services already use. */
const inheritedNames = ['predicted_gesture_count', 'predicted_digit_count'];
/** Default metrics of prom-client, which are named as they are everywhere. */
const foreign = /^(nodejs|process)_/;

/** Labels that would have a value for every user, request or address. */
const openLabels = /^(path|url|uri|user|user_id|request_id|trace_id|id|ip|client|session|query)$/;
/** COCO has 80 classes. */
const maxValuesOfLabel = 100;
const maxSeriesOfMetric = 2500;

/** Units that are not base units; what is counted in them is off by powers of ten. */
const derivedUnits = /_(ms|milliseconds|microseconds|us|minutes|hours|kb|mb|kilobytes|megabytes|percent)(_|$)/;

interface Family {
  readonly type: string;
  readonly help: string;
  readonly labels: Map<string, Set<string>>;
  series: number;
}

function parse(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  let help = '';
  for (const line of text.split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (kind === 'HELP') help = rest;
    if (kind === 'TYPE') families.set(name, { type: rest, help, labels: new Map(), series: 0 });
    if (line === '' || line.startsWith('#')) continue;
    const sample = /^([^{ ]+)(?:\{(.*)\})? /.exec(line)!;
    const family = families.get(sample[1]!) ?? families.get(sample[1]!.replace(/_(bucket|sum|count)$/, ''));
    if (!family) continue;
    family.series += 1;
    for (const [, label, value] of (sample[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      family.labels.set(label!, (family.labels.get(label!) ?? new Set()).add(value!));
    }
  }
  return families;
}

/** What is wrong with the names and labels of a scrape (Prometheus text), a line each. */
export function lintMetrics(text: string): string[] {
  return [...parse(text)].flatMap(([name, { type, help, labels, series }]) => {
    if (foreign.test(name)) return [];
    const faults: string[] = [];
    if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) faults.push('is not snake_case');
    if (help.length < 4) faults.push('has no help');
    if (type === 'counter' && !name.endsWith('_total') && !inheritedNames.includes(name)) faults.push('is a counter whose name does not end in _total');
    if (type !== 'counter' && name.endsWith('_total')) faults.push(`ends in _total and is a ${type}`);
    if (type === 'histogram' && !/_(seconds|bytes|rows|ratio)$/.test(name)) faults.push('is a histogram without a unit at the end of its name');
    if (derivedUnits.test(name)) faults.push('is not in a base unit');
    if (series > maxSeriesOfMetric) faults.push(`has ${series} series`);
    for (const [label, values] of labels) {
      if (openLabels.test(label)) faults.push(`has the label ${label}, which is not a closed set`);
      if (label !== 'le' && values.size > maxValuesOfLabel) faults.push(`has ${values.size} values of the label ${label}`);
    }
    return faults.map((fault) => `${name} ${fault}`);
  });
}
