import { inParallel, readTestDigits } from '@facet/testkit';
import sharp from 'sharp';
import request from 'supertest';

const side = 28;
const { images } = readTestDigits();

/** Prime to their number: the halves of the set are from other writers, so that the first digits alone are no fair sample of it. */
const spreadOut = 3779;

interface Sending {
  /** Of the test digits, the first to send. */
  readonly from: number;
  readonly count: number;
  readonly version?: string;
  /** What has happened to the world: from a shade to a shade. */
  readonly change?: (value: number) => number;
  readonly lanes?: number;
}

/** Sends digits as PNG files, changed or not, and gives back the answers. */
export async function sendDigits(url: string, { from, count, version = 'v1', change, lanes = 4 }: Sending): Promise<{ status: number; request_id: string }[]> {
  return inParallel(Array.from({ length: count }), lanes, async (_, index) => {
    const pixels = images[((from + index) * spreadOut) % images.length]!;
    const shown = change ? Uint8Array.from(pixels, change) : pixels;
    const png = await sharp(shown, { raw: { width: side, height: side, channels: 1 } })
      .png()
      .toBuffer();
    const { status, body } = await request(url).post(`/${version}/predict`).attach('file', png, 'digit.png');
    return { status, request_id: (body as { request_id: string }).request_id };
  });
}

/** Light that is a third weaker. */
export const darker = (value: number): number => Math.round(value * 0.67);
