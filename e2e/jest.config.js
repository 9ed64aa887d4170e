import { base } from '../jest.config.js';

/** The cluster suite: one file, since its parts share one release and one machine. */
export default {
  ...base,
  rootDir: '..',
  testEnvironment: 'node',
  testMatch: ['<rootDir>/e2e/suite.test.ts'],
  testTimeout: 300_000,
  verbose: true,
  maxWorkers: 1,
};
