/** Sources run as they are: swc strips the types, and packages resolve to their sources by the `source` condition. */
export default {
  testEnvironment: './packages/testkit/src/jest-environment.cjs',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons', 'require'] },
  testMatch: ['<rootDir>/{packages,services,scripts,deploy,monitoring,web/src}/**/*.test.ts'],
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/bench/.cache/'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' } }],
  },
  testTimeout: 30_000,
  // Suites start whole services, each of which takes a core when it is asked.
  maxWorkers: 1,
};
