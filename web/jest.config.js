import base from '../jest.config.js';

/** The pages in a real browser; `.ci/web` brings one. */
export default {
  ...base,
  rootDir: '..',
  testMatch: ['<rootDir>/web/test/**/*.test.ts'],
  // A browser, three services and a hand model without a graphics card share this machine.
  testTimeout: 180_000,
};
