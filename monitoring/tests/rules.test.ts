import { describeWithParts } from '@facet/testkit';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { builtInTasks, kindNames, kinds, taskContracts } from '../../packages/contracts/src/index.ts';
import { latencyBuckets } from '../../packages/telemetry/src/index.ts';
import { realPace } from '../src/pace.ts';
import { generatedFiles, ruleText } from '../src/files.ts';
import { provokedElsewhere, scenarios } from '../src/faults/scenarios.ts';
import { alerts, ruleFile } from '../src/rules/index.ts';
import { burnCases } from './cases/burn.ts';
import { otherCases } from './cases/index.ts';
import { toPromtoolFile } from './promtool-file.ts';

const generated = join(__dirname, '../generated/rules.yaml');
const cases = [...burnCases, ...otherCases];
const { groups } = ruleFile(realPace);
const all = Object.values(alerts(realPace)).flat();

function promtool(...args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

describeWithParts('the rules', ['promtool'], () => {
  it('are what Prometheus accepts, without a lint', () => {
    expect(promtool('check', 'rules', '--lint-fatal', generated)).toMatchObject({ status: 0 });
  });

  it.each([
    ['budgets', ['facet-slo', 'facet-burn'], burnCases, '5m'],
    ['the rest', groups.map(({ name }) => name).filter((name) => name !== 'facet-slo' && name !== 'facet-burn'), otherCases, '1m'],
  ])('fire when they should and say so with the numbers, and stay silent when they should: %s', (_, names, group, every) => {
    // promtool works out every rule of its files for every minute of every case: each part gets only those that it is about.
    const folder = mkdtempSync(join(tmpdir(), 'facet-rules-'));
    const [rules, tests] = [join(folder, 'rules.yaml'), join(folder, 'rules.test.yaml')];
    writeFileSync(rules, ruleText({ groups: groups.filter(({ name }) => names.includes(name)) }));
    writeFileSync(tests, stringify(toPromtoolFile(rules, names, group, every), { aliasDuplicateObjects: false }));
    const { status, output } = promtool('test', 'rules', tests);
    rmSync(folder, { recursive: true });
    expect({ status, output: output.replaceAll(folder, '') }).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') as string });
  });
});

describe('tasks and versions', () => {
  it('are named nowhere in the rules: they come from what is scraped', () => {
    const text = readFileSync(generated, 'utf8').replaceAll(/\bkind(="[a-z]+"|: [a-z]+$)/gm, '');
    // Routes of the Open Inference Protocol begin with the version of the protocol.
    const named = text.replaceAll('v2/models/', '').match(new RegExp(`\\b(${builtInTasks.join('|')}|[vV][0-9]+)\\b`, 'g'));
    expect(named).toBeNull();
  });

  it('are named nowhere in the dashboards either', () => {
    for (const [path, text] of generatedFiles()) {
      if (!path.startsWith('monitoring/generated/dashboards/')) continue;
      const asked = [...text.matchAll(/"(?:expr|query|legendFormat)": ?("(?:[^"\\]|\\.)*")/g)].map(([, quoted]) => JSON.parse(quoted!) as string);
      expect(asked.length).toBeGreaterThan(0);
      const naming = asked.filter((query) => new RegExp(`(service|version)=~?"[^"]*(${builtInTasks.join('|')}|v[0-9])`).test(query));
      expect({ path, naming }).toEqual({ path, naming: [] });
    }
  });

  it.each(kindNames)('of the kind %s have an objective whose share of requests is exact', (kind) => {
    expect(latencyBuckets).toContain(kinds[kind].latencyObjectiveSeconds);
  });

  it('that every suite has are what a Prometheus on a laptop scrapes, where they listen', () => {
    const { scrape_configs } = parse(generatedFiles().get('monitoring/generated/prometheus.yml')!) as {
      scrape_configs: { static_configs: { targets: string[]; labels: { service: string } }[] }[];
    };
    const scraped = scrape_configs[0]!.static_configs.map(({ targets, labels: { service } }) => [service, targets.join()]);
    expect(scraped).toEqual([['gateway', '127.0.0.1:8080'], ...taskContracts.map(({ task, port }) => [task, `127.0.0.1:${port}`])]);
  });
});

describe('every alert', () => {
  it('has a case in which it fires and one in which it stays silent', () => {
    const firing = new Set(cases.flatMap(({ alert, fires }) => fires.map(({ rule }) => `${alert} ${rule?.['window'] ?? ''}`)));
    const silent = new Set(cases.filter(({ fires }) => fires.length === 0).map(({ alert }) => alert));
    expect(all.filter(({ alert, labels }) => !firing.has(`${alert} ${labels?.['window'] ?? ''}`))).toEqual([]);
    expect(all.filter(({ alert }) => !silent.has(alert))).toEqual([]);
  });

  it('is provoked in a real Prometheus, or listed with the reason why it is not', () => {
    const provoked = [...scenarios.flatMap((scenario) => scenario.alerts), ...Object.keys(provokedElsewhere)];
    expect([...new Set(provoked)].toSorted()).toEqual([...new Set(all.map(({ alert }) => alert))].toSorted());
  });

  it.each([...new Set(all.map(({ alert }) => alert))])('%s leads to a runbook that exists', (alert) => {
    expect(existsSync(join(__dirname, `../runbooks/${alert}.md`))).toBe(true);
  });
});
