import { describeWithData } from '@facet/testkit';
import { join } from 'node:path';
import { readManifest } from '../../../packages/inference/src/index.ts';
import { modelsDir } from '../folders.ts';
import { measureOutOfDistribution } from './out-of-distribution.ts';

const folder = join(modelsDir(undefined, {}), 'gesture', 'v1');

describeWithData('measureStrangers', 'gesture/hagrid18.csv.gz', () => {
  it('finds through HTTP what training found, and what was claimed too high', async () => {
    const manifest = await readManifest(folder);
    const { dislike } = manifest.rejection!.classes;
    const rejection = { ...manifest.rejection!, classes: { dislike: dislike!, call: 0.99 } };
    const outcomes = await measureOutOfDistribution(folder, { ...manifest, rejection }, { sample: 1, dataRequired: true });
    expect(outcomes.slice(0, 2)).toEqual([
      {
        metric: 'AUROC of no gesture, dislike left out',
        claim: dislike!.toFixed(4),
        found: dislike!.toFixed(4),
        samples: '1423 of 1423',
        verdict: 'ok',
        failed: false,
      },
      expect.objectContaining({
        metric: 'AUROC of no gesture, call left out',
        verdict: expect.stringMatching(/^FAIL: claims 0\.99, found 0\.5/),
        failed: true,
      }),
    ]);
  });

  it('says where a number comes from when its networks are not there', async () => {
    const manifest = await readManifest(folder);
    const rejection = { ...manifest.rejection!, classes: { wave: 0.9 } };
    expect(await measureOutOfDistribution(folder, { ...manifest, rejection }, { sample: undefined, dataRequired: true })).toEqual([
      expect.objectContaining({ verdict: "skipped: measured by 'training/run gesture --version v1' alone", failed: false }),
    ]);
  });
});
