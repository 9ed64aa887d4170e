import { taskFile } from '@facet/contracts';
import { mkdtempSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../../../../scripts/models/command.ts';
import { importModel } from '../../../../scripts/models/import.ts';
import { reference } from '../../../../scripts/models/reference.ts';
import type { Input, OwnTask } from './tasks.ts';

const extensions = { 'image/jpeg': '.jpg', 'image/png': '.png', 'application/json': '.json' } as const;

/** A folder with models that were imported, and what was said meanwhile. */
export class OwnFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'own-tasks-'));
  readonly models = join(this.path, 'models');
  readonly said: string[] = [];

  /** Runs a command as `npm run` does; gives back its exit code. */
  run(command: Command, ...args: readonly string[]): Promise<number> {
    const add = (line: string): void => void this.said.push(line);
    return command.run([...args, '--models-dir', this.models], { env: {}, print: add, note: add });
  }

  /** Imports the versions of a task, adds to its declaration, and makes the reference of v1. */
  async bring(own: OwnTask): Promise<void> {
    const { task, kind, title, models, names, options, golden, declared } = own;
    const goldenFile = this.#write(`golden-${task}`, golden);
    const labels = join(this.path, `${task}.txt`);
    if (names) writeFileSync(labels, names.join('\n'));
    for (const model of models) {
      const file = join(this.path, `${task}.onnx`);
      writeFileSync(file, model);
      const args = ['--task', task, '--kind', kind, '--title', title, '--golden', goldenFile, ...options];
      await this.run(importModel, file, ...args, ...(names ? ['--labels', labels] : []));
    }
    const declaration = join(this.models, task, 'task.json');
    const written = JSON.parse(readFileSync(declaration, 'utf8')) as object;
    writeFileSync(declaration, JSON.stringify(taskFile.parse({ ...written, ...declared })));

    const inputs = join(this.path, 'inputs', task);
    for (const shown of [0, 1]) {
      mkdirSync(join(inputs, declared.labels[shown]!), { recursive: true });
      for (let index = 0; index < 15; index += 1)
        this.#write(join('inputs', task, declared.labels[shown]!, String(index)), await own.input(2 * index + shown, shown));
    }
    await this.run(reference, '--task', task, '--version', 'v1', '--from', inputs);
  }

  #write(name: string, { bytes, type }: Input): string {
    const file = join(this.path, `${name}${extensions[type]}`);
    writeFileSync(file, bytes);
    return file;
  }
}
