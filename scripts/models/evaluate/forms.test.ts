import { describeWithData } from '@facet/testkit';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest } from '../../../packages/inference/src/index.ts';
import { modelsDir } from '../folders.ts';
import { measureForms } from './forms.ts';
import { hands } from './hands.ts';

const folder = join(modelsDir(undefined, {}), 'gesture', 'v1');
const cache = mkdtempSync(join(tmpdir(), 'facet-forms-'));
afterAll(() => rmSync(cache, { recursive: true }));
copyFileSync(join(folder, 'model.onnx'), join(cache, 'small-copy.onnx'));

describeWithData('measureForms', 'gesture/hagrid18.csv.gz', () => {
  it('serves each form in the model’s place, and holds its size and its answers against the claim', async () => {
    const manifest = await readManifest(folder);
    const forms = [
      { form: 'shipped', bytes: manifest.bytes, value: 0.97, speed: 1 },
      { form: 'small copy', bytes: manifest.bytes - 1, value: 0.999, speed: 1 },
      { form: 'lost', bytes: 1, value: 0.9, speed: 1 },
    ];
    const claimed = { ...manifest, variants: { ...manifest.variants!, forms } };
    const outcomes = await measureForms(folder, claimed, [hands], { sample: 150, dataRequired: true }, cache);
    expect(outcomes.map(({ metric, verdict, failed }) => [metric, verdict, failed])).toEqual([
      ['bytes as small copy', `FAIL: claims ${manifest.bytes - 1}, found ${manifest.bytes}`, true],
      ['accuracy as small copy', expect.stringMatching(/^FAIL: claims 0\.999, found 0\.9\d+: .+ % likely by chance$/), true],
      ['accuracy as lost', 'skipped: Python could not make it here', true],
    ]);
    expect(outcomes[1]!.samples).toBe('150 of 1578');
  });
});
