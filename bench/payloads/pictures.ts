import { readTestDigits } from '@facet/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const examples = join(import.meta.dirname, '..', '..', 'examples');
const side = 28;
/** The first digit of MNIST's test set. */
export const digitShown = 7;

function firstDigit(): Buffer {
  const { images, labels } = readTestDigits();
  if (labels[0] !== digitShown) throw new Error(`MNIST's test set begins with ${digitShown}, this one with ${labels[0]}`);
  return Buffer.from(images[0]!);
}

/** MNIST's own picture: 28x28, one grey channel. */
export function smallDigit(): Promise<Buffer> {
  return sharp(firstDigit(), { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toBuffer();
}

/** The digit at another size with smooth, hard strokes: 0 paper, 255 ink. */
function strokes(width: number, height: number, size: number): Promise<Buffer> {
  return sharp(firstDigit(), { raw: { width: side, height: side, channels: 1 } })
    .resize(size, size, { kernel: 'cubic' })
    .linear(3, -200)
    .extend({
      top: (height - size) >> 1,
      bottom: (height - size + 1) >> 1,
      left: (width - size) >> 1,
      right: (width - size + 1) >> 1,
      background: 'black',
    })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
}

/** What a drawing page's canvas gives: 280x280 RGBA, black ink on opaque white. */
export async function drawnDigit(): Promise<Buffer> {
  const ink = await strokes(280, 280, 280);
  const pixels = Buffer.alloc(ink.length * 4, 255);
  for (let i = 0; i < ink.length; i++) pixels.fill(255 - ink[i]!, i * 4, i * 4 + 3);
  return sharp(pixels, { raw: { width: 280, height: 280, channels: 4 } })
    .png()
    .toBuffer();
}

/** A telephone's picture of a digit on paper: 600x800 JPEG, light that falls off to one side, grain. */
export async function photographedDigit(): Promise<Buffer> {
  const [width, height] = [600, 800];
  const ink = await strokes(width, height, 560);
  const pixels = Buffer.alloc(width * height * 3);
  let noise = 1;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
      const light = 0.97 - 0.12 * (x / width) - 0.06 * (y / height);
      const shade = (225 - 0.75 * ink[i]!) * light + (noise / 2 ** 32 - 0.5) * 8;
      pixels[i * 3] = shade;
      pixels[i * 3 + 1] = shade * 0.98;
      pixels[i * 3 + 2] = shade * 0.93;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer();
}

/** `examples/photo.jpg` as a camera of 640x480 would have taken it. */
export function scenePhoto(): Promise<Buffer> {
  return sharp(join(examples, 'photo.jpg')).resize(640, 480, { fit: 'cover' }).jpeg({ quality: 90 }).toBuffer();
}

/** `examples/hand.json` as a program sends it: without line breaks. */
export async function handJson(): Promise<Buffer> {
  return Buffer.from(JSON.stringify(JSON.parse(await readFile(join(examples, 'hand.json'), 'utf8'))));
}
