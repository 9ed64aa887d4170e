import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindNames } from '../../packages/contracts/src/index.ts';
import { dashboards } from '../src/dashboards/index.ts';
import { generatedFiles } from '../src/files.ts';

interface GrafanaPanel {
  readonly id?: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly datasource?: { readonly uid?: string };
  readonly gridPos?: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly refId: string; readonly legendFormat: string }[];
  readonly repeat?: string;
  readonly fieldConfig?: {
    readonly defaults: { readonly unit?: string; readonly thresholds?: { readonly steps: readonly { readonly value: number | null }[] } };
  };
  readonly panels?: readonly GrafanaPanel[];
}

interface GrafanaDashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string; readonly query?: object; readonly allValue?: string }[] };
  readonly panels: readonly GrafanaPanel[];
}

const names = Object.keys(dashboards);
const root = join(__dirname, '../..');
const readDashboard = (name: string): GrafanaDashboard =>
  JSON.parse(readFileSync(join(root, `monitoring/generated/dashboards/${name}.json`), 'utf8')) as GrafanaDashboard;
const flat = (panels: readonly GrafanaPanel[]): GrafanaPanel[] => panels.flatMap((panel) => [panel, ...flat(panel.panels ?? [])]);
const shown = (name: string): GrafanaPanel[] => flat(readDashboard(name).panels).filter(({ type }) => type !== 'row');

describe('generated files', () => {
  it.each([...generatedFiles().keys()])('%s is what the sources say (npm run monitoring -- build)', (path) => {
    expect(readFileSync(join(root, path), 'utf8') === generatedFiles().get(path)).toBe(true);
  });
});

describe.each(names)('dashboard %s', (name) => {
  it('has what Grafana needs: a schema, an address of its own, its variables and a data source to choose', () => {
    const { uid, schemaVersion, templating, title } = readDashboard(name);
    expect(uid).toMatch(/^facet-[a-z]+$/);
    expect(title).toMatch(/^Facet \/ /);
    expect(schemaVersion).toBeGreaterThanOrEqual(36);
    expect(templating.list.map((variable) => variable.name)).toEqual(['datasource', ...dashboards[name]!.variables]);
  });

  it('says of every panel what it shows, in which unit, from the chosen source', () => {
    for (const panel of shown(name)) {
      const { title, description = '', datasource, fieldConfig, targets = [] } = panel;
      expect({ title, described: description.length > 15, source: datasource?.uid }).toEqual({ title, described: true, source: '${datasource}' });
      expect({ title, unit: fieldConfig?.defaults.unit }).toEqual({ title, unit: expect.stringMatching(/./) as string });
      expect(targets.length).toBeGreaterThan(0);
      const limits = (fieldConfig?.defaults.thresholds?.steps ?? []).map(({ value }) => value ?? -Infinity);
      expect(limits).toEqual(limits.toSorted((a, b) => a - b));
    }
  });

  it('asks only with variables that it has', () => {
    const known = new Set(['datasource', '__rate_interval', ...dashboards[name]!.variables]);
    for (const { title, targets = [] } of shown(name)) {
      const asked = targets.flatMap(({ expr }) => [...expr.matchAll(/\$\{?([a-z_]\w*)/gi)].map(([, variable]) => variable!));
      expect({ title, unknown: asked.filter((variable) => !known.has(variable)) }).toEqual({ title, unknown: [] });
    }
  });

  it('lays its panels out without one over another, and none over the edge', () => {
    const placed = readDashboard(name).panels.map(({ gridPos }) => gridPos!);
    for (const [index, a] of placed.entries()) {
      expect(a.x + a.w).toBeLessThanOrEqual(24);
      for (const b of placed.slice(index + 1)) expect(a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h).toBe(false);
    }
  });
});

describe('a dashboard of a kind', () => {
  const variable = (name: string): GrafanaDashboard['templating']['list'][number] =>
    readDashboard(name).templating.list.find((each) => each.name === 'service')!;

  it.each(kindNames)('%s offers the tasks of that kind, and no others when all are chosen', (kind) => {
    expect(variable(kind).query).toMatchObject({ query: `label_values(task_info{job="facet",namespace=~"$namespace",kind="${kind}"}, service)` });
    expect(variable(kind).allValue).toBeUndefined();
  });

  it.each(kindNames)('%s asks for the chosen tasks alone, and says which is which', (kind) => {
    for (const { title, targets = [] } of shown(kind)) {
      for (const { expr, legendFormat } of targets)
        expect({ title, expr, legendFormat }).toEqual({
          title,
          expr: expect.stringContaining('service=~"$service"') as string,
          legendFormat: expect.stringContaining('{{service}}') as string,
        });
    }
  });
});

it('the stages of each task are a panel of their own', () => {
  const repeated = shown('stages').filter(({ repeat }) => repeat !== undefined);
  expect(repeated).toMatchObject([{ title: '$service', repeat: 'service', repeatDirection: 'h', maxPerRow: 3, gridPos: { w: 24 } }]);
});

it('every dashboard has an address of its own', () => {
  expect(new Set(names.map((name) => readDashboard(name).uid)).size).toBe(names.length);
});
