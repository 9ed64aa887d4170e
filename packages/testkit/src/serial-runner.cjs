const { default: TestRunner } = require('jest-runner');

/** Runs test files one after the other, while no other test runs. */
module.exports = class SerialRunner extends TestRunner {
  isSerial = true;
};
