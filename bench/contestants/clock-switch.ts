import { appendFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { shuffled } from '../measure/statistics.ts';
import { StageClock, type Stage } from '../../packages/telemetry/src/stage-clock.ts';

// Loaded before a service, this switches its stage clock off and on again, many times a second, and writes to SLICES_FILE what each time cost.

/**
 * On: as it is. Silent: stages are timed and counted, but neither logged nor said in `Server-Timing`. Off: nothing of them; what stays is what
 * would be measured without them, when a request began, for its deadline and its duration, and the time in the model, which the answer tells.
 */
export type ClockState = 'on' | 'silent' | 'off';

/** A stretch of time during which the clock was in one state. */
export interface Slice {
  readonly process: number;
  readonly state: ClockState;
  readonly requests: number;
  readonly cpuMicroseconds: number;
}

const sliceMs = 50;
const { mark, add, forEach, toText, toServerTiming } = Object.getOwnPropertyDescriptors(StageClock.prototype);
let state: ClockState = 'on';
let requests = 0;
let cpu = process.cpuUsage();
let next: ClockState[] = [];

const stays = (stage: Stage): boolean => state !== 'off' || stage === 'queue' || stage === 'infer';
Object.assign(StageClock.prototype, {
  mark(this: StageClock, stage: Stage, now = performance.now()) {
    return stays(stage) ? mark.value!.call(this, stage, now) : now;
  },
  add(this: StageClock, stage: Stage, elapsedMs: number) {
    if (stays(stage)) add.value!.call(this, stage, elapsedMs);
  },
  forEach(this: StageClock, callback: Parameters<StageClock['forEach']>[0]) {
    if (state !== 'off') forEach.value!.call(this, callback);
  },
  toText(this: StageClock) {
    return state === 'on' ? toText.value!.call(this) : '{}';
  },
  toServerTiming(this: StageClock) {
    requests += 1;
    return state === 'on' ? toServerTiming.value!.call(this) : '';
  },
});

setInterval(() => {
  const { user, system } = process.cpuUsage(cpu);
  const slice: Slice = { process: process.pid, state, requests, cpuMicroseconds: user + system };
  if (requests > 0) appendFileSync(process.env['SLICES_FILE']!, `${JSON.stringify(slice)}\n`);
  // One of each, in random order: nothing that happens at regular times meets one of them more often.
  if (next.length === 0) next = shuffled(['on', 'silent', 'off'] as const);
  state = next.pop()!;
  requests = 0;
  cpu = process.cpuUsage();
}, sliceMs).unref();
