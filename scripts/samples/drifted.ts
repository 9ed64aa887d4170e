import { readHands, readTestDigits, seeded, sharedData } from '@facet/testkit';
import sharp from 'sharp';

/** One thing that a changed world sends, and what it truly is. */
export interface Drifted {
  readonly truth: string;
  readonly body: () => Promise<{ readonly type: string; readonly bytes: Buffer }>;
}

/** How one task's world changes. */
export interface Change {
  readonly what: string;
  /** So many of the changed world; what is asked for later is never what came before. */
  take(count: number): readonly Drifted[];
  /** So many of the old world, to see whether it is forgotten. */
  old(count: number): readonly Drifted[];
}

const side = 28;
const enlarged = 4 * side;

async function turnedPng(pixels: Uint8Array, degrees: number): Promise<Buffer> {
  const raw = { raw: { width: side, height: side, channels: 1 as const } };
  const large = await sharp(pixels, raw).resize(enlarged, enlarged, { kernel: 'cubic' }).toColourspace('b-w').png().toBuffer();
  return sharp(large).rotate(degrees, { background: '#000' }).toColourspace('b-w').png().toBuffer();
}

/** The camera over the desk has slipped: every digit lies aslant. MNIST's test digits, which no model has learnt. */
export function aslantDigits(): Change {
  const { images, labels } = readTestDigits();
  const random = seeded(7);
  const order = shuffled(images.length, random);
  const picture = (degrees: () => number) => (index: number) => {
    const turn = degrees();
    return {
      truth: String(labels[index]!),
      body: async () => ({ type: 'image/png', bytes: await turnedPng(images[index]!, turn) }),
    };
  };
  return {
    what: 'MNIST test digits, rotated by 50 ± 8 degrees',
    take: (count) => draw(order, count).map(picture(() => -(50 + 16 * (random() - 0.5)))),
    old: (count) => draw(order, count).map(picture(() => 0)),
  };
}

/** A new client sends shares of a 16:9 frame and leaves its size out: every hand is squeezed. HaGRID's test rows. */
export function squeezedHands(): Change {
  const file = sharedData('gesture/hagrid18.csv.gz');
  if (file === undefined) throw new Error('the walk with hands needs shared/data/gesture/hagrid18.csv.gz next to the checkout');
  const hands = readHands(file).filter(({ split }) => split === 'test');
  const random = seeded(7);
  const order = shuffled(hands.length, random);
  const [width, height] = [1280, 720];
  const sentBy = (isComplete: boolean) => (index: number) => {
    const { label, values } = hands[index]!;
    const landmarks = Array.from({ length: 21 }, (_, point) => ({
      x: (640 + 200 * values[3 * point]!) / width,
      y: (400 + 200 * values[3 * point + 1]!) / height,
    }));
    const bytes = Buffer.from(JSON.stringify({ landmarks, ...(isComplete && { image: { width, height } }) }));
    return { truth: label, body: async () => ({ type: 'application/json', bytes }) };
  };
  return {
    what: 'HaGRID test hands normalised to a 16:9 frame, without the frame size',
    take: (count) => draw(order, count).map(sentBy(false)),
    old: (count) => draw(order, count).map(sentBy(true)),
  };
}

/** @throws {RangeError} when there are not so many left */
function draw(order: number[], count: number): number[] {
  if (order.length < count) throw new RangeError(`there are only ${order.length} more inputs to take ${count} from`);
  return order.splice(0, count);
}

/** Fisher and Yates. */
function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
