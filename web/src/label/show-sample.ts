import type { Truth } from '@facet/contracts';
import { ask, askForFile } from '../api/ask.ts';
import type { Hand } from '../maze/hand.ts';
import { HandView } from '../maze/hand-view.ts';

/** A hand as the service keeps it. */
interface KeptHand {
  readonly landmarks: readonly (readonly [number, number])[];
  readonly image?: { readonly width: number; readonly height: number };
}

/** Pictures with fewer pixels a side are shown pixel by pixel. */
const tinyBelow = 100;

const readable = (label: string): string => label.replaceAll('_', ' ');

/** A guess or a label in a few words. */
export function describe(truth: Truth): string {
  if ('label' in truth) return readable(truth.label);
  if ('labels' in truth) return truth.labels.map(readable).join(', ') || 'nothing';
  if ('wrong' in truth) return 'boxes that are wrong';
  const counts = new Map<string, number>();
  for (const { class_name: name } of truth.boxes) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts.size === 0 ? 'nothing' : [...counts].map(([name, count]) => (count === 1 ? name : `${name} × ${count}`)).join(', ');
}

/**
 * Shows what the model saw: a picture, or a hand.
 *
 * @param input where the service serves it
 * @returns the picture, where it is one
 * @throws {Error} one sentence
 */
export async function showSample(figure: HTMLElement, kind: string, input: string): Promise<HTMLImageElement | undefined> {
  if (kind === 'gesture') {
    const { body } = await ask<KeptHand>(input);
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 480, height: 480 });
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', 'A hand as 21 points');
    figure.classList.remove('tiny');
    figure.replaceChildren(canvas);
    new HandView(canvas).draw(inFrame(body));
    return undefined;
  }
  const picture = document.createElement('img');
  picture.alt = 'What the model saw';
  const url = URL.createObjectURL(await askForFile(input));
  picture.src = url;
  figure.replaceChildren(picture);
  await picture
    .decode()
    .catch(() => {
      throw new Error('This browser cannot show the picture: skip it.');
    })
    .finally(() => URL.revokeObjectURL(url));
  figure.classList.toggle('tiny', Math.max(picture.naturalWidth, picture.naturalHeight) < tinyBelow);
  return picture;
}

/** The hand alone, as large as it fits. */
function inFrame({ landmarks, image }: KeptHand): Hand {
  const aspect = image ? image.width / image.height : 1;
  const points = landmarks.map(([x, y]) => ({ x: x * aspect, y }));
  const [left, right] = [Math.min(...points.map(({ x }) => x)), Math.max(...points.map(({ x }) => x))];
  const [top, bottom] = [Math.min(...points.map(({ y }) => y)), Math.max(...points.map(({ y }) => y))];
  const size = 1.2 * Math.max(right - left, bottom - top, 1e-6);
  const place = ({ x, y }: { x: number; y: number }) => ({ x: 0.5 + (x - (left + right) / 2) / size, y: 0.5 + (y - (top + bottom) / 2) / size });
  return { landmarks: points.map(place), image: { width: 1, height: 1 } };
}
