import type { Case } from './case.ts';
import { dataCases } from './data.ts';
import { platformCases } from './platform.ts';
import { servingCases } from './serving.ts';
import { versionCases } from './versions.ts';

/** All but those of the budgets, which take hours. */
export const otherCases: readonly Case[] = [...servingCases, ...versionCases, ...dataCases, ...platformCases];
