import { dashboards } from '../dashboards/index.ts';
import { realPace } from '../pace.ts';
import { alerts, recordings } from '../rules/index.ts';
import { conditionOf } from '../rules/rule.ts';

/** A query that someone will ask, and why it may have no answer. */
export interface Question {
  readonly where: string;
  readonly expr: string;
  readonly emptyBecause?: string | undefined;
}

const variables: Readonly<Record<string, string>> = { $namespace: '.*', $service: '.*', $version: '.*', $__rate_interval: '15s' };

/** A panel's query as Grafana asks it when everything is chosen. */
export function filledIn(expr: string): string {
  return Object.entries(variables).reduce((text, [name, value]) => text.replaceAll(name, value), expr);
}

function askedByPanels(): Question[] {
  return Object.entries(dashboards).flatMap(([dashboard, { rows }]) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap(({ title, queries, emptyBecause }) =>
        queries.map(({ expr, legend }) => ({
          where: `${dashboard} / ${title} / ${legend}`,
          expr: filledIn(expr),
          emptyBecause,
        })),
      ),
    ),
  );
}

function askedByRules(): Question[] {
  const recorded = Object.values(recordings(realPace))
    .flat()
    .map(({ record, expr, labels }) => ({ where: `rule ${record} ${Object.values(labels ?? {}).join(' ')}`, expr }));
  const watched = Object.values(alerts(realPace))
    .flat()
    .flatMap((alert) => {
      const where = `alert ${alert.alert} ${Object.values(alert.labels ?? {}).join(' ')}`.trim();
      return [
        { where: `${where}: what it watches`, expr: alert.value, emptyBecause: alert.emptyBecause },
        { where: `${where}: its condition`, expr: conditionOf(alert), emptyBecause: 'nothing is wrong' },
      ];
    });
  return [...recorded, ...watched];
}

/** Every query of every panel and every rule. */
export function questions(): Question[] {
  return [...askedByPanels(), ...askedByRules()];
}
