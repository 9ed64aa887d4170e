import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { kindNames } from '../../packages/contracts/src/index.ts';
import { root } from '../models/folders.ts';
import { kindOfModel, toolsOf } from './tools-of.ts';

describe.each(kindNames)('the tools of the kind %s', (kind) => {
  it('recognise its models, have an example, and write samples', async () => {
    const { preprocessing, example, writers } = await toolsOf(kind);
    expect(await kindOfModel({ preprocessing: { kind: preprocessing } as Parameters<typeof kindOfModel>[0]['preprocessing'] })).toBe(kind);
    expect(existsSync(join(root, example.file))).toBe(true);
    expect(Object.keys(writers).length).toBeGreaterThan(0);
  });
});
