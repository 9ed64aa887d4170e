import { alerts } from '../src/rules/index.ts';
import { runbookBase, type Alert } from '../src/rules/rule.ts';
import { realPace } from '../src/pace.ts';
import type { Case, Firing } from './cases/case.ts';

const all = Object.values(alerts(realPace)).flat();

function ruleOf(name: string, labels: Firing['rule'] = {}): Alert {
  const rule = all.find(({ alert, labels: own = {} }) => alert === name && Object.entries(labels).every(([label, value]) => own[label] === value));
  if (!rule) throw new Error(`there is no alert ${name} with ${JSON.stringify(labels)}`);
  return rule;
}

function expected(alert: string, { labels, says, rule = {} }: Firing): Record<string, unknown> {
  const { severity, summary, labels: own } = ruleOf(alert, rule);
  const filled = summary.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? '');
  return { exp_labels: { severity, ...own, ...labels }, exp_annotations: { summary: filled, description: says, runbook_url: `${runbookBase}/${alert}` } };
}

/** The cases as `promtool test rules` reads them. */
export function toPromtoolFile(ruleFile: string, groups: readonly string[], cases: readonly Case[], evaluateEvery: string): Record<string, unknown> {
  return {
    rule_files: [ruleFile],
    // Left open, the order is another in each run, and an alert sees what is recorded one round late.
    group_eval_order: groups,
    evaluation_interval: evaluateEvery,
    tests: cases.map(({ alert, name, series, at, fires }) => ({
      name: `${alert}: ${name}`,
      interval: '1m',
      input_series: Object.entries(series).map(([text, values]) => ({ series: text, values })),
      alert_rule_test: [{ eval_time: at, alertname: alert, ...(fires.length > 0 && { exp_alerts: fires.map((firing) => expected(alert, firing)) }) }],
    })),
  };
}
