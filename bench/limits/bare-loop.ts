import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LoadResult } from '../load/load-aggregator.ts';
import type { Loop } from '../measure/measure-case.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, 'bare-loop-process.ts');

/** Decode, preprocessing and inference one after the other with the services' own code, a process a core, and nothing around it. */
export const bareLoop: Loop = {
  name: 'bare-loop',
  title: 'bare loop on all cores',
  async run({ task }, { contentType, bytes }, { connections, warmupSeconds, seconds }, round) {
    const folder = await mkdtemp(join(tmpdir(), 'facet-bench-'));
    const file = join(folder, 'input');
    try {
      await writeFile(file, contentType.startsWith('multipart/') ? fileIn(bytes) : bytes);
      const args = ['--conditions=source', program, task, String(warmupSeconds), String(seconds), file];
      const outputs = await Promise.all(Array.from({ length: availableParallelism() }, () => run(process.execPath, args)));
      const results = outputs.map(({ stdout }) => JSON.parse(stdout) as LoadResult);
      const sum = (value: (result: LoadResult) => number): number => results.reduce((total, result) => total + value(result), 0);
      const mean = (key: 'p50' | 'p99' | 'p999'): number => sum((result) => result[key]) / results.length;
      const total = sum((result) => result.total);
      return {
        contestant: 'bare-loop',
        connections,
        round,
        throughput: sum((result) => result.throughput),
        answers: sum((result) => result.answers),
        total,
        p50: mean('p50'),
        p99: mean('p99'),
        p999: mean('p999'),
        errors: {},
        generatorCpu: 0,
        cpuMs: (sum((result) => result.generatorCpu) * 1000) / total,
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** The one file in a form. */
function fileIn(form: Buffer): Buffer {
  return form.subarray(form.indexOf('\r\n\r\n') + 4, form.lastIndexOf('\r\n--'));
}
