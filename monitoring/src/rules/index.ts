import type { Pace } from '../pace.ts';
import { alertOnBurns, recordBurns } from '../slo/burn.ts';
import { alertOnData } from './alerts/data.ts';
import { alertOnPlatform } from './alerts/platform.ts';
import { alertOnServing } from './alerts/serving.ts';
import { alertOnUpstreams } from './alerts/upstreams.ts';
import { alertOnVersions } from './alerts/versions.ts';
import { recordService } from './recordings.ts';
import { toRule, type Alert, type Recording } from './rule.ts';

export function recordings(pace: Pace): Record<string, Recording[]> {
  return { 'facet-slo': recordBurns(pace), 'facet-service': recordService(pace) };
}

export function alerts(pace: Pace): Record<string, Alert[]> {
  return {
    'facet-burn': alertOnBurns(pace),
    'facet-serving': alertOnServing(pace),
    'facet-versions': alertOnVersions(pace),
    'facet-data': alertOnData(pace),
    'facet-upstreams': alertOnUpstreams(pace),
    'facet-platform': alertOnPlatform(pace),
  };
}

/** All rules, as a rule file of Prometheus and as the `spec` of a PrometheusRule. */
export function ruleFile(pace: Pace): { groups: { name: string; rules: unknown[] }[] } {
  const recorded = Object.entries(recordings(pace)).map(([name, rules]) => ({
    name,
    rules: rules.map(({ record, expr, labels }) => ({ record, expr, ...(labels && { labels }) })),
  }));
  const alerting = Object.entries(alerts(pace)).map(([name, rules]) => ({ name, rules: rules.map(toRule) }));
  return { groups: [...recorded, ...alerting] };
}
