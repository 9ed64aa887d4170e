import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { chartValues } from './chart-values.ts';

const { exports: shared } = parse(readFileSync(new URL('../../charts/common/values.yaml', import.meta.url), 'utf8')) as {
  exports: Record<'suite' | 'workload' | 'inference', object>;
};
const own = (name: string) => parse(readFileSync(new URL(`../../charts/${name}/values.yaml`, import.meta.url), 'utf8')) as object;

describe('chartValues', () => {
  it('takes every default', () => {
    const { suite, workload, inference } = shared;
    for (const name of ['gesture', 'digit', 'detection', 'classification'] as const)
      chartValues[name].parse({ ...suite, ...workload, ...inference, ...own(name) });
    chartValues.gateway.parse({ ...suite, ...workload, ...own('gateway') });
    chartValues.facet.parse({ ...suite, ...own('facet') });
  });

  it('refuses what is mistyped, wherever it stands', () => {
    const paths = (value: object) => chartValues.digit.safeParse(value).error?.issues.map(({ path }) => path.join('.'));
    expect(paths({ replica: 2 })).toEqual(['']);
    expect(paths({ versions: { v2: { wieght: 20 } } })).toEqual(['versions.v2']);
    expect(paths({ global: { traffic: { split: 'egde' } } })).toEqual(['global.traffic.split']);
    expect(paths({ model: { sha256: 'abc' } })).toEqual(['model.sha256']);
    expect(paths({ drain: { delaySeconds: '5s' } })).toEqual(['drain.delaySeconds']);
  });

  it('leaves keys in global to charts around these', () => {
    expect(chartValues.facet.safeParse({ global: { postgresql: {} } }).success).toBe(true);
  });
});
