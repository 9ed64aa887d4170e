/** What all tests share. Sources run as they are: swc strips the types, and packages resolve to their sources by the `source` condition. */
export const base = {
  testEnvironment: '<rootDir>/packages/testkit/src/jest-environment.cjs',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons', 'require'] },
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/bench/.cache/', '<rootDir>/training/'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' } }],
    // Jest loads tests as CommonJS, and this package has ES modules only.
    '/marked\\.esm\\.js$': ['@swc/jest', { module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!\\.pnpm/marked@|marked/)'],
};

const folders = '{packages,services,scripts,deploy,monitoring,web/src}';

/** Test files run two at a time, except for `*.serial.test.ts`: those measure time, or need the machine for themselves. */
export default {
  maxWorkers: 2,
  // A limit for what hangs, not a measurement: a busy machine may be slow.
  testTimeout: 120_000,
  projects: [
    { ...base, testMatch: [`<rootDir>/${folders}/**/*.test.ts`], testPathIgnorePatterns: ['/node_modules/', '\\.serial\\.test\\.ts$'] },
    { ...base, testMatch: [`<rootDir>/${folders}/**/*.serial.test.ts`], runner: '<rootDir>/packages/testkit/src/serial-runner.cjs' },
  ],
};
