import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ClosedLoop } from './closed-loop.ts';
import type { OpenLoop } from './open-loop.ts';
import type { LoadResult } from './load-aggregator.ts';

export type Job = ClosedLoop | OpenLoop;

const main = join(import.meta.dirname, 'main.ts');

/**
 * Makes load from a process of its own, whose collector and event loop have nothing else to do.
 *
 * @param requestFile holds the request as it goes over the wire
 */
export async function runLoad(job: Job, requestFile: string): Promise<LoadResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [main, JSON.stringify(job), requestFile]);
  return JSON.parse(stdout) as LoadResult;
}
