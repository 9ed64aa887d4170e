import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { LegendDisplayMode, LegendPlacement, ReduceDataOptionsBuilder, StackingConfigBuilder, StackingMode } from '@grafana/grafana-foundation-sdk/common';
import { VizLegendOptionsBuilder, BigValueColorMode, BarGaugeDisplayMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import * as grafana from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';
import { layOut, type PlacedRow } from './layout.ts';
import type { DashboardSpec, Panel, Query } from './panel.ts';
import { variableOf } from './variables.ts';

type AnyPanel = TimeSeries | Stat | BarGauge | Table;

/** Of a panel that is repeated. */
export const maxPerRow = 3;

const datasource = { type: 'prometheus', uid: '${datasource}' };

function thresholdsOf({ thresholds, lowIsBad = false }: Panel): grafana.ThresholdsConfigBuilder {
  const [first, last] = lowIsBad ? ['red', 'green'] : ['green', 'red'];
  const steps: grafana.Threshold[] = thresholds
    ? [
        { value: null, color: first },
        { value: lowIsBad ? thresholds.bad : thresholds.warn, color: 'orange' },
        { value: lowIsBad ? thresholds.warn : thresholds.bad, color: last },
      ]
    : [{ value: null, color: 'blue' }];
  return new grafana.ThresholdsConfigBuilder().mode(grafana.ThresholdsMode.Absolute).steps(steps);
}

function targetOf({ expr, legend = '' }: Query, index: number, kind: Panel['kind']): Builder<Dataquery> {
  const query = new DataqueryBuilder()
    .expr(expr)
    .legendFormat(legend)
    .refId(String.fromCharCode(65 + index))
    .datasource(datasource);
  if (kind === 'table') return query.instant().format(PromQueryFormat.Table);
  return kind === 'bars' || kind === 'stat' ? query.instant() : query.range();
}

const latest = (): ReduceDataOptionsBuilder => new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false);

function visual(panel: Panel): AnyPanel {
  if (panel.kind === 'stat') return new Stat().reduceOptions(latest()).colorMode(panel.thresholds ? BigValueColorMode.Background : BigValueColorMode.Value);
  if (panel.kind === 'bars') return new BarGauge().reduceOptions(latest()).orientation(VizOrientation.Horizontal).displayMode(BarGaugeDisplayMode.Basic);
  if (panel.kind === 'table') return new Table();
  const lines = new TimeSeries()
    .fillOpacity(panel.kind === 'stacked' ? 40 : 8)
    .lineWidth(2)
    .legend(new VizLegendOptionsBuilder().displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom).showLegend(true));
  return panel.kind === 'stacked' ? lines.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)) : lines;
}

function toPanel({ panel, place }: PlacedRow['panels'][number]): AnyPanel {
  const built = visual(panel)
    .title(panel.title)
    .description(panel.emptyBecause === undefined ? panel.description : `${panel.description} Empty where ${panel.emptyBecause}.`)
    .datasource(datasource)
    .unit(panel.unit)
    .min(0)
    .thresholds(thresholdsOf(panel))
    .gridPos(place);
  if (panel.max !== undefined) built.max(panel.max);
  if (panel.repeat !== undefined) built.repeat(panel.repeat).repeatDirection('h').maxPerRow(maxPerRow);
  for (const [index, query] of panel.queries.entries()) built.withTarget(targetOf(query, index, panel.kind));
  return built;
}

function addRow(dashboard: grafana.DashboardBuilder, { row: { title, collapsed = false }, place, panels }: PlacedRow): void {
  const row = new grafana.RowBuilder(title).collapsed(collapsed).gridPos(place);
  // A closed row holds its panels; an open one only comes before them.
  if (collapsed) for (const panel of panels) row.withPanel(toPanel(panel));
  dashboard.withRow(row);
  if (!collapsed) for (const panel of panels) dashboard.withPanel(toPanel(panel));
}

/** Grafana's JSON of a dashboard. */
export function toDashboard({ uid, title, description, variables, tasks, rows }: DashboardSpec): grafana.Dashboard {
  const dashboard = new grafana.DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['facet'])
    .refresh('30s')
    .time({ from: 'now-1h', to: 'now' })
    .timezone('browser')
    .editable()
    .link(
      new grafana.DashboardLinkBuilder('Facet').type(grafana.DashboardLinkType.Dashboards).tags(['facet']).keepTime(true).includeVars(true).asDropdown(true),
    )
    .withVariable(new grafana.DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'));
  for (const name of variables) dashboard.withVariable(variableOf(name, tasks));
  for (const row of layOut(rows)) addRow(dashboard, row);
  return dashboard.build();
}
