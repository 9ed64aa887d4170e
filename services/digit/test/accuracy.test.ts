import { inParallel, readTestDigits, spawnService, type SpawnedService } from '@facet/testkit';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

const side = 28;

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** The digit as a grey PNG of 28x28, as it is in the data set. sharp would take ten times as long. */
function asPng(digit: Uint8Array): Buffer {
  const header = Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 0, 0, 0, 0]);
  const rows = Buffer.concat(Array.from({ length: side }, (_, row) => Buffer.from([0, ...digit.subarray(row * side, (row + 1) * side)])));
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
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

  /** The share of digits that a version reads correctly, in batches of 50. */
  const accuracy = async (version: string, digits: readonly Buffer[]): Promise<number> => {
    const batches = Array.from({ length: Math.ceil(digits.length / 50) }, (_, index) => digits.slice(index * 50, (index + 1) * 50));
    const predictions = await inParallel(batches, 2, async (batch) => {
      const answer = await fetch(`${gateway.url}/digit/batch/predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-model-version': version },
        body: JSON.stringify({ items: batch.map((png) => ({ image: png.toString('base64') })) }),
      });
      expect(answer.status).toBe(200);
      const body = (await answer.json()) as { version: string; results: { result: { predicted_digit: number } }[] };
      expect(body.version).toBe(version);
      return body.results.map(({ result }) => result.predicted_digit);
    });
    return predictions.flat().filter((digit, index) => digit === labels[index]).length / digits.length;
  };

  it('v1 reads at least 0.990 of all 10,000 test digits', async () => {
    expect(await accuracy('v1', images.map(asPng))).toBeGreaterThanOrEqual(0.99);
  });

  it('v2 reads at least 0.990 of 2,000 of them', async () => {
    expect(await accuracy('v2', images.slice(0, 2000).map(asPng))).toBeGreaterThanOrEqual(0.99);
  });

  it('v1 and v2 read at least 0.97 of 1,000 drawn again as dark ink on white, 200x300, off-centre', async () => {
    const drawn = await inParallel(images.slice(0, 1000), 4, redrawn);
    for (const version of ['v1', 'v2']) expect(await accuracy(version, drawn)).toBeGreaterThanOrEqual(0.97);
  });
});
