import { QueryVariableBuilder, VariableRefresh, VariableSort } from '@grafana/grafana-foundation-sdk/dashboard';
import { select } from '../selectors.ts';
import type { DashboardSpec } from './panel.ts';
import { shown } from './query.ts';

type Name = DashboardSpec['variables'][number];

function valuesOf(name: Name, tasks: DashboardSpec['tasks']): string {
  if (name === 'namespace') return `label_values(${select('up')}, namespace)`;
  if (name === 'version') return `label_values(${shown('model_ready')}, version)`;
  if (tasks === undefined) return `label_values(${shown('up')}, service)`;
  return `label_values(${tasks === 'any' ? shown('task_info') : shown('task_info', `kind="${tasks}"`)}, service)`;
}

/** A choice at the head of a dashboard; everything until something is chosen. */
export function variableOf(name: Name, tasks: DashboardSpec['tasks']): QueryVariableBuilder {
  const variable = new QueryVariableBuilder(name)
    .label(name[0]!.toUpperCase() + name.slice(1))
    .datasource({ type: 'prometheus', uid: '${datasource}' })
    .query({ query: valuesOf(name, tasks), refId: `variable-${name}` })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: ['All'], value: ['$__all'] });
  // All tasks of a kind are not all services: there Grafana names each of them.
  return name === 'service' && tasks !== undefined ? variable : variable.allValue('.*');
}
