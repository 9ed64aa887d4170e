import { readFileSync } from 'node:fs';
import { closedLoop } from './closed-loop.ts';
import { openLoop } from './open-loop.ts';
import type { Job } from './run-load.ts';

/** `node main.ts JOB REQUEST`: the job as JSON, and the file that holds the request as it goes over the wire. */
const [, , text, file] = process.argv;
const job = JSON.parse(text!) as Job;
const request = readFileSync(file!);
const result = await (job.kind === 'open' ? openLoop(job, request) : closedLoop(job, request));
console.log(JSON.stringify(result));
process.exit(0);
