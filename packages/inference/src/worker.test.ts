import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Starts a worker in a process of the lowest priority, and prints the niceness of each thread once the worker has answered. */
const program = `
  import { readdirSync, readFileSync } from 'node:fs';
  import { setPriority } from 'node:os';
  import { Worker } from 'node:worker_threads';
  setPriority(19);
  const worker = new Worker(new URL('${pathToFileURL(join(__dirname, 'worker.ts')).href}'), { execArgv: ['--conditions=source'] });
  worker.postMessage({ kind: 'run', id: 1, key: 'none', feeds: {} });
  worker.once('message', () => {
    const threads = readdirSync('/proc/self/task').map((id) => readFileSync('/proc/self/task/' + id + '/stat', 'utf8'));
    console.log(JSON.stringify(threads.map((stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]))));
    process.exit();
  });
`;

const describeOnLinux = process.platform === 'linux' ? describe : describe.skip;

describeOnLinux('a worker', () => {
  it('keeps the priority of a service that has less than a worker usually gets', () => {
    const said = execFileSync(process.execPath, ['--conditions=source', '--input-type=module', '--eval', program], { encoding: 'utf8' });
    const threads = JSON.parse(said) as number[];
    expect(threads.filter((nice) => nice === 19).length).toBeGreaterThanOrEqual(2);
    expect(threads).not.toContain(10);
  });
});
