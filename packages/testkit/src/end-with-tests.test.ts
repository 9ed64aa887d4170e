import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');

/** A test that fails before the line that would stop what it started. */
const failing = (helper: string, pidFile: string): string => `
const { endWithTests } = require(${JSON.stringify(helper)});
const { spawn } = require('node:child_process');
test('fails', () => {
  const child = endWithTests(spawn('sleep', ['600'], { stdio: ['ignore', 'pipe', 'pipe'] }));
  require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
  expect('this').toBe('that');
  child.kill();
});
`;

describe('endWithTests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'failing-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('ends what a failed test left running, so that the run ends too', () => {
    const pidFile = join(folder, 'pid');
    writeFileSync(join(folder, 'failing.test.js'), failing(join(__dirname, 'end-with-tests.ts'), pidFile));
    const config = {
      rootDir: folder,
      testEnvironment: join(__dirname, 'jest-environment.cjs'),
      transform: { '\\.ts$': [join(root, 'node_modules/@swc/jest'), { jsc: { parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }] },
    };
    const { status, signal } = spawnSync(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), '-c', JSON.stringify(config)], {
      cwd: folder,
      timeout: 60_000,
    });
    expect({ status, signal }).toEqual({ status: 1, signal: null });
    expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow('ESRCH');
  });
});
