import { kindNames, kinds, type Kind } from '../../../packages/contracts/src/index.ts';
import { classification } from './classification.ts';
import { detection } from './detection.ts';
import { digit } from './digit.ts';
import { gateway } from './gateway.ts';
import { gesture } from './gesture.ts';
import { overview } from './overview.ts';
import type { DashboardSpec } from './panel.ts';
import { resources } from './resources.ts';
import { stages } from './stages.ts';
import { taskRows } from './task-rows.ts';

/** Of the kinds that have something of their own to show. */
const own: readonly DashboardSpec[] = [gesture, digit, detection, classification];

/** The dashboard of a kind: its own, or what every kind has. */
function dashboardOf(kind: Kind): DashboardSpec {
  const { title } = kinds[kind];
  const usual = {
    uid: `facet-${kind}`,
    title: `Facet / ${title}`,
    description: `Tasks of the kind ${kind}.`,
    variables: ['namespace', 'service', 'version'],
  } as const;
  return own.find(({ tasks }) => tasks === kind) ?? { ...usual, tasks: kind, rows: taskRows(kind) };
}

/** All dashboards, by the name of their file. */
export const dashboards: Readonly<Record<string, DashboardSpec>> = {
  overview,
  gateway,
  ...Object.fromEntries(kindNames.map((kind) => [kind, dashboardOf(kind)])),
  stages,
  resources,
};
