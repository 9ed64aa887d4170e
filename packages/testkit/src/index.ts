export { inParallel } from './in-parallel.ts';
export { readTestDigits, type Digits } from './mnist.ts';
export { describeWithData, readHands, sharedData, type Hand } from './shared-data.ts';
export { spawnService, spawnSuite, type ServiceName, type SpawnedService, type SpawnedSuite } from './spawn-service.ts';
