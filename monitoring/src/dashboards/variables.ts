import { QueryVariableBuilder, VariableRefresh, VariableSort } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardSpec } from './panel.ts';

const values: Readonly<Record<DashboardSpec['variables'][number], string>> = {
  namespace: 'label_values(up{job="facet"}, namespace)',
  service: 'label_values(up{job="facet", namespace=~"$namespace"}, service)',
  version: 'label_values(model_ready{job="facet", namespace=~"$namespace"}, version)',
};

/** A choice at the head of a dashboard; everything until something is chosen. */
export function variableOf(name: DashboardSpec['variables'][number]): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(name[0]!.toUpperCase() + name.slice(1))
    .datasource({ type: 'prometheus', uid: '${datasource}' })
    .query({ query: values[name], refId: `variable-${name}` })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}
