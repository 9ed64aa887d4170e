import { userId } from '../../deploy/images/src/definition.ts';
import type { ImageConfig } from './engine.ts';

const wantedLabels = ['title', 'description', 'licenses', 'vendor', 'version', 'revision', 'created'].map((name) => `org.opencontainers.image.${name}`);

/** What an image says wrongly of itself; the charts rely on each. */
export function findConfigFaults(config: ImageConfig, version: string): string[] {
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault);
  };
  expect(config.user === `${userId}:${userId}`, `it runs as '${config.user}'`);
  expect(config.workingDirectory === '/app', `it runs in ${config.workingDirectory}`);
  expect(
    config.entrypoint.at(0) === '/usr/local/bin/node' && config.entrypoint.every((part) => !part.endsWith('.js')),
    'its arguments would not replace the script',
  );
  expect(config.command.join(' ') === 'dist/main.js', `it starts '${config.command.join(' ')}'`);
  for (const setting of ['NODE_ENV=production', 'PORT=8080', 'HOST=::', 'LOG_FORMAT=json']) expect(config.env.includes(setting), `it does not set ${setting}`);
  expect(config.health.length > 0, 'it has no health check');
  for (const label of wantedLabels) expect((config.labels[label] ?? '') !== '', `it has no label ${label}`);
  expect(
    config.labels['org.opencontainers.image.version'] === version,
    `it is labelled ${config.labels['org.opencontainers.image.version']}, expected ${version}`,
  );
  return faults;
}
