import { dashboards } from '../dashboards/index.ts';
import type { DashboardSpec } from '../dashboards/panel.ts';
import { realPace } from '../pace.ts';
import { alerts, recordings } from '../rules/index.ts';
import { conditionOf } from '../rules/rule.ts';
import type { TasksSeen } from './tasks-seen.ts';

/** A query that someone will ask, and why it may have no answer. */
export interface Question {
  readonly where: string;
  readonly expr: string;
  readonly emptyBecause?: string | undefined;
}

const variables: Readonly<Record<string, string>> = { $namespace: '.*', $version: '.*', $__rate_interval: '15s' };

/** What Grafana puts in place of `$service` when all that a dashboard offers is chosen. */
export function allServices({ tasks }: Pick<DashboardSpec, 'tasks'>, seen: TasksSeen): string {
  if (tasks === undefined) return '.*';
  return `(${(tasks === 'any' ? [...seen.values()].flat() : seen.get(tasks)!).join('|')})`;
}

/** A panel's query as Grafana asks it when everything is chosen, of services those that are named. */
export function filledIn(expr: string, services: string): string {
  return Object.entries({ ...variables, $service: services }).reduce((text, [name, value]) => text.replaceAll(name, value), expr);
}

/** Why what is about tasks of one kind has no data; undefined where it should have some. */
function withoutTasks(kind: DashboardSpec['tasks'], seen: TasksSeen): string | undefined {
  return kind === undefined || kind === 'any' || seen.get(kind)!.length > 0 ? undefined : `no task of the kind ${kind} is served`;
}

function askedByPanels(seen: TasksSeen): Question[] {
  return Object.entries(dashboards).flatMap(([dashboard, spec]) =>
    spec.rows.flatMap(({ panels }) =>
      panels.flatMap(({ title, queries, emptyBecause }) =>
        queries.map(({ expr, legend }) => ({
          where: `${dashboard} / ${title} / ${legend}`,
          expr: filledIn(expr, allServices(spec, seen)),
          emptyBecause: withoutTasks(spec.tasks, seen) ?? emptyBecause,
        })),
      ),
    ),
  );
}

function askedByRules(seen: TasksSeen): Question[] {
  const recorded = Object.values(recordings(realPace))
    .flat()
    .map(({ record, expr, labels, kind }) => ({
      where: ['rule', record, ...Object.values(labels ?? {})].join(' '),
      expr,
      emptyBecause: withoutTasks(kind, seen),
    }));
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

/** Every query of every panel and every rule, of a suite with these tasks. */
export function questions(seen: TasksSeen): Question[] {
  return [...askedByPanels(seen), ...askedByRules(seen)];
}
