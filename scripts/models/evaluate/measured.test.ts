import { describeWithData } from '@facet/testkit';
import type { Kind } from '../../../packages/contracts/src/index.ts';
import { modelsDir } from '../folders.ts';
import { serveModels, type Serving } from '../serve-models.ts';
import { digits } from './digits.ts';
import { hands } from './hands.ts';
import { objects } from './objects.ts';

const serve = (kind: Kind): Promise<Serving> => serveModels(kind, kind, { MODELS_DIR: modelsDir(undefined, {}) });

describeWithData('mAP through HTTP', 'detection', () => {
  let service: Serving;
  beforeAll(async () => {
    service = await serve('detection');
  });
  afterAll(() => service.stop());

  // pycocotools, in Python, over the same photographs.
  it.each([
    ['v1', 0.29, 0.311],
    ['v2', 0.39, 0.4006],
  ])(
    '%s reaches at least %f, and what pycocotools found',
    async (version, floor, claimed) => {
      const findings = await objects.measure({ url: `${service.url}/${version}/predict`, sample: undefined, wanted: new Set() });
      const { value, samples } = findings.find(({ metric }) => metric === 'mAP')!;
      expect(samples).toBe(57);
      expect(value).toBeGreaterThanOrEqual(floor);
      expect(Math.abs(value - claimed)).toBeLessThan(0.005);
    },
    600_000,
  );
});

describeWithData('accuracy through HTTP', 'gesture/hagrid18.csv.gz', () => {
  it.each([
    ['gesture', hands],
    ['digit', digits],
  ] as const)('measures %s on an even sample, and fails on an answer that is none', async (task, evaluator) => {
    const service = await serve(task);
    try {
      const [measured] = await evaluator.measure({ url: `${service.url}/v1/predict`, sample: 120, wanted: new Set() });
      expect(measured!.samples).toBe(120);
      expect(measured!.value).toBeGreaterThan(0.9);
      await expect(evaluator.measure({ url: `${service.url}/v9/predict`, sample: 1, wanted: new Set() })).rejects.toThrow(/\/v9\/predict answered 404/);
    } finally {
      await service.stop();
    }
  });
});
