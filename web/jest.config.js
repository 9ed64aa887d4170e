import { base } from '../jest.config.js';

/** The pages in a browser. It, the services and a hand model without a graphics card share this machine: one file at a time. */
export default {
  ...base,
  rootDir: '..',
  testMatch: ['<rootDir>/web/test/**/*.test.ts'],
  testTimeout: 180_000,
  maxWorkers: 1,
};
