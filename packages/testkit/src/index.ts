export { endWithTests } from './end-with-tests.ts';
export { seeded } from './seeded.ts';
export { inParallel } from './in-parallel.ts';
export { readTestDigits, type Digits } from './mnist.ts';
export { describeWithParts, freePort, s3Credentials, s3Region, startRedis, startS3, type RealServer } from './real-parts.ts';
export { driftAlarms, settledDrift } from './settled-drift.ts';
export { describeWithData, readHands, sharedData, type Hand } from './shared-data.ts';
export { describeWithSmallDisk, type SmallDisk } from './small-disk.ts';
export { spawnService, spawnSuite, type ServiceName, type SpawnedService, type SpawnedSuite } from './spawn-service.ts';
