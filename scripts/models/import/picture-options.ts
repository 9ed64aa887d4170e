import { CommandError } from '../command.ts';

/** Size of a model's input, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How pictures are brought to that size; `crop` without a number scales them to the size over 0.875 first, as for ImageNet. */
export type Resize = { readonly method: 'crop'; readonly shorterSide: number | undefined } | { readonly method: 'stretch' | 'letterbox' };

const sides = { lowest: 8, highest: 2048 } as const;

/** @throws {CommandError} exit code 2, unless it is `224` or, width first, `320x240` */
export function readSize(text: string): Size {
  const [, width, height = width] = /^(\d{1,4})(?:x(\d{1,4}))?$/.exec(text) ?? [];
  const size = { width: Number(width), height: Number(height) };
  if (Object.values(size).every((side) => side >= sides.lowest && side <= sides.highest)) return size;
  throw new CommandError(`--size: expected pixels from ${sides.lowest} to ${sides.highest}, such as 224 or 320x240, found '${text}'.`, 2);
}

/** @throws {CommandError} exit code 2, unless it is `crop`, `crop:256`, `stretch` or `letterbox` */
export function readResize(text: string): Resize {
  if (text === 'stretch' || text === 'letterbox') return { method: text };
  const [, shorterSide] = /^crop(?::(\d{1,4}))?$/.exec(text) ?? [undefined, ''];
  if (shorterSide === '') throw new CommandError(`--resize: expected crop, crop:256 (pixels of the shorter side), stretch or letterbox, found '${text}'.`, 2);
  return { method: 'crop', shorterSide: shorterSide === undefined ? undefined : Number(shorterSide) };
}

/**
 * A number for all channels, or one for each, divided by commas.
 *
 * @throws {CommandError} exit code 2, when it is something else, or a divisor that is not positive
 */
export function readChannels(text: string, option: '--mean' | '--std'): readonly number[] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const isSound = (number: number): boolean => Number.isFinite(number) && (option === '--mean' || number > 0);
  if ((numbers.length === 1 || numbers.length === 3) && numbers.every(isSound)) return numbers;
  throw new CommandError(
    `${option}: expected a number for all channels or three divided by commas, such as ${option === '--mean' ? '0.485,0.456,0.406' : '0.229,0.224,0.225'}, found '${text}'.`,
    2,
  );
}
