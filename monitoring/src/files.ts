import { stringify } from 'yaml';
import { builtInTasks, taskContracts } from '../../packages/contracts/src/index.ts';
import { dashboards } from './dashboards/index.ts';
import { toDashboard } from './dashboards/to-dashboard.ts';
import { realPace } from './pace.ts';
import { ruleFile } from './rules/index.ts';
import { scrapeConfig } from './scrape-config.ts';

const note = '# Written by `npm run monitoring -- build`; do not edit.\n';

export function ruleText(rules: ReturnType<typeof ruleFile>): string {
  return note + stringify(rules, { lineWidth: 0, aliasDuplicateObjects: false });
}

const gatewayPort = 8080;

/** For a Prometheus beside `npm start`: `prometheus --config.file=monitoring/generated/prometheus.yml`. */
function laptopConfig(): string {
  const ports = [['gateway', gatewayPort] as const, ...taskContracts.map(({ task, port }) => [task, port] as const)];
  const targets = ports.map(([service, port]) => ({ service, namespace: 'laptop', url: `http://127.0.0.1:${port}/metrics` }));
  const global = { scrape_interval: '15s', evaluation_interval: '15s' };
  return note + stringify({ global, rule_files: ['rules.yaml'], scrape_configs: [scrapeConfig(targets)] });
}

/** For the Prometheus of deploy/compose, where each service has a host of its name and a port of operations. */
function composeConfig(): string {
  const targets = ['gateway', ...builtInTasks].map((service) => ({ service, namespace: 'compose', url: `http://${service}:9090/metrics` }));
  const global = { scrape_interval: '15s', evaluation_interval: '15s' };
  return note + stringify({ global, rule_files: ['/etc/prometheus/generated/rules*.yaml'], scrape_configs: [scrapeConfig(targets)] });
}

/** Everything that is generated, by its path in the repo; the chart needs its own copy, for Helm reads no file outside of it. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const rules = ruleText(ruleFile(realPace));
  files.set('monitoring/generated/rules.yaml', rules);
  files.set('charts/facet/files/monitoring/rules/facet.yaml', rules);
  files.set('monitoring/generated/prometheus.yml', laptopConfig());
  files.set('deploy/compose/prometheus.yaml', composeConfig());
  for (const [name, spec] of Object.entries(dashboards)) {
    const text = `${JSON.stringify(toDashboard(spec), null, 2)}\n`;
    files.set(`monitoring/generated/dashboards/${name}.json`, text);
    files.set(`charts/facet/files/monitoring/dashboards/${name}.json`, text);
  }
  return files;
}
