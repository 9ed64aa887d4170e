import { describeWithParts } from '@facet/testkit';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { realPace } from '../src/pace.ts';
import { ruleText } from '../src/files.ts';
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
