import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk that is soon full. */
export interface SmallDisk {
  /** Where it is mounted. */
  readonly folder: string;
  /** Gives it another size, what lies on it staying. */
  resize(kibibytes: number): void;
  remove(): void;
}

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

/** @throws {Error} where nothing may be mounted */
function mountDisk(kibibytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    run('mount', '-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', folder);
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  return {
    folder,
    resize: (wanted) => run('mount', '-o', `remount,size=${wanted}k`, folder),
    remove() {
      run('umount', folder);
      rmdirSync(folder);
    },
  };
}

/**
 * `describe` for tests on a real disk that is really full, or where nothing may be mounted `describe.skip` with the reason in its name.
 *
 * @throws {Error} with `REAL_PARTS=required`, as in CI, when nothing may be mounted
 */
export function describeWithSmallDisk(name: string, body: (mount: (kibibytes: number) => SmallDisk) => void): void {
  let reason: string | undefined;
  try {
    mountDisk(64).remove();
  } catch (error) {
    reason = (error as Error).message.trim();
  }
  if (reason === undefined) describe(name, () => body(mountDisk));
  else if (process.env['REAL_PARTS'] === 'required') throw new Error(`${name} needs to mount a disk, which CI must be able to: ${reason}`);
  else describe.skip(`${name} (skipped: nothing may be mounted)`, () => it('needs a disk', () => undefined));
}
