import type { Kind } from '../../../packages/contracts/src/index.ts';

/** Series by what a test file of promtool writes: the series, and how it goes on from minute to minute. */
export type SeriesValues = Readonly<Record<string, string>>;

/** An alert that must fire: the labels that its series bring, and what it says then. */
export interface Firing {
  readonly labels: Readonly<Record<string, string>>;
  readonly says: string;
  /** Labels of the rule, for alerts that come in several. */
  readonly rule?: Readonly<Record<string, string>>;
}

/** What an alert makes of some minutes. */
export interface Case {
  readonly alert: string;
  readonly name: string;
  readonly series: SeriesValues;
  readonly at: string;
  /** Empty where it must stay silent. */
  readonly fires: readonly Firing[];
}

const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');

/** A series of the suite, as it is scraped in the namespace `prod`. */
export function series(metric: string, labels: Readonly<Record<string, string>>): string {
  return `${metric}{job="facet",namespace="prod",${labelsText(labels)}}`;
}

/** A counter that grows by so much a minute, or a gauge that stays. */
export const grows = (aMinute: number, minutes = 400): string => `0+${aMinute}x${minutes}`;
export const stays = (value: number, minutes = 400): string => `${value}+0x${minutes}`;

/** Where series come from that name their target. */
export const target = (service: string): Record<string, string> => ({ service, instance: '10.0.0.7:8080' });

/** What a gateway says of a task that it serves. */
export const served = (task: string, kind: Kind): SeriesValues => ({ [series('task_info', { service: task, kind, instance: '10.0.0.1:8080' })]: stays(1) });

/** Two cases of one alert: in the first it fires, in the second it must not. */
export function pair(
  alert: string,
  at: string,
  fires: { name: string; series: SeriesValues; labels: Readonly<Record<string, string>>; says: string },
  silent: { name: string; series: SeriesValues },
): Case[] {
  return [
    { alert, at, name: fires.name, series: fires.series, fires: [{ labels: fires.labels, says: fires.says }] },
    { alert, at, name: silent.name, series: silent.series, fires: [] },
  ];
}
