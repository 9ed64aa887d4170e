import { inParallel, readTestDigits, spawnService, type SpawnedService } from '@facet/testkit';
import sharp from 'sharp';

const side = 28;

/** The digit as a grey PNG of 28x28, as it is in the data set. */
function asPng(digit: Uint8Array): Promise<Buffer> {
  return sharp(digit, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toBuffer();
}

/** The digit drawn again: dark ink on white, larger, away from the centre of a 200x300 sheet. */
async function redrawn(digit: Uint8Array, index: number): Promise<Buffer> {
  const scale = 3 + (index % 4);
  const size = side * scale;
  const ink = await sharp(digit, { raw: { width: side, height: side, channels: 1 } })
    .resize(size, size, { kernel: 'cubic' })
    .negate()
    .toColourspace('b-w')
    .png()
    .toBuffer();
  const left = (index * 37) % (200 - size + 1);
  const top = (index * 53) % (300 - size + 1);
  return sharp({ create: { width: 200, height: 300, channels: 3, background: 'white' } })
    .composite([{ input: ink, left, top }])
    .png()
    .toBuffer();
}

describe('MNIST through HTTP', () => {
  const { images, labels } = readTestDigits();
  let service: SpawnedService;
  let gateway: SpawnedService;
  beforeAll(async () => {
    service = await spawnService('digit', { ACCESS_LOG: 'false' });
    gateway = await spawnService('gateway', { ACCESS_LOG: 'false', DIGIT_URL: service.url });
  });
  afterAll(async () => {
    await gateway.stop();
    await service.stop();
  });

  const accuracy = async (version: string, digits: readonly Uint8Array[], draw: (digit: Uint8Array, index: number) => Promise<Buffer>): Promise<number> => {
    const right = await inParallel(digits, 8, async (digit, index) => {
      const body = new Uint8Array(await draw(digit, index));
      const answer = await fetch(`${gateway.url}/digit/${version}/predict`, { method: 'POST', headers: { 'content-type': 'image/png' }, body });
      expect(answer.status).toBe(200);
      return ((await answer.json()) as { predicted_digit: number }).predicted_digit === labels[index];
    });
    return right.filter(Boolean).length / digits.length;
  };

  it('v1 reads at least 0.990 of all 10,000 test digits', async () => {
    expect(await accuracy('v1', images, asPng)).toBeGreaterThanOrEqual(0.99);
  }, 240_000);

  it('v2 reads at least 0.990 of 2,000 of them', async () => {
    expect(await accuracy('v2', images.slice(0, 2000), asPng)).toBeGreaterThanOrEqual(0.99);
  }, 120_000);

  it.each(['v1', 'v2'])(
    '%s reads at least 0.97 of 1,000 drawn again as dark ink on white, 200x300, off-centre',
    async (version) => {
      expect(await accuracy(version, images.slice(0, 1000), redrawn)).toBeGreaterThanOrEqual(0.97);
    },
    120_000,
  );
});
