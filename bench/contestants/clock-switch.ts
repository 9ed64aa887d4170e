import { StageClock } from '../packages/telemetry/src/stage-clock.ts';

// Loaded before a service, this leaves it without its stage clock: no stage is timed, logged, counted or said in `Server-Timing`.
// What stays is when a request began, for its deadline and its duration.
Object.assign(StageClock.prototype, { mark: () => undefined, add: () => undefined, toJSON: () => ({}), toServerTiming: () => '' });
