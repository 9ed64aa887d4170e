import { classification } from './classification.ts';
import { detection } from './detection.ts';
import { digit } from './digit.ts';
import { gateway } from './gateway.ts';
import { gesture } from './gesture.ts';
import { overview } from './overview.ts';
import type { DashboardSpec } from './panel.ts';
import { resources } from './resources.ts';
import { stages } from './stages.ts';

/** All dashboards, by the name of their file. */
export const dashboards: Readonly<Record<string, DashboardSpec>> = { overview, gateway, gesture, digit, detection, classification, stages, resources };
