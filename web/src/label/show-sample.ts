import type { BoxesTruth, ListedSample, Truth } from '@facet/contracts';
import { ask, askForFile } from '../api/ask.ts';
import type { Hand } from '../maze/hand.ts';
import { HandView } from '../maze/hand-view.ts';

/** A hand as the service keeps it. */
interface KeptHand {
  readonly landmarks: readonly (readonly [number, number])[];
  readonly image?: { readonly width: number; readonly height: number };
}

const svg = 'http://www.w3.org/2000/svg';

/** The guess in a few words. */
export function describe(guess: unknown): string {
  const said = guess as Truth;
  if ('label' in said) return said.label.replaceAll('_', ' ');
  if ('labels' in said) return said.labels.map((label) => label.replaceAll('_', ' ')).join(', ') || 'nothing';
  const boxes = 'boxes' in said ? said.boxes : [];
  return boxes.length === 0 ? 'nothing' : boxes.map(({ class_name: name }) => name).join(', ');
}

/** Shows what the model saw: a picture with the boxes of the guess, or a hand. */
export async function showSample(figure: HTMLElement, task: string, { id, guess }: ListedSample): Promise<void> {
  const input = `${task}/samples/${encodeURIComponent(id)}/input`;
  figure.classList.toggle('boxed', task === 'detection');
  if (task === 'gesture') {
    const { body } = await ask<KeptHand>(input);
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 480, height: 480 });
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', 'A hand as 21 points');
    figure.replaceChildren(canvas);
    new HandView(canvas).draw(inFrame(body));
    return;
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
  const said = guess as Truth;
  if ('boxes' in said) figure.append(boxesOver(picture, said));
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

function boxesOver({ naturalWidth, naturalHeight }: HTMLImageElement, { boxes }: Extract<BoxesTruth, { boxes: unknown }>): SVGElement {
  const layer = document.createElementNS(svg, 'svg');
  layer.setAttribute('viewBox', `0 0 ${naturalWidth} ${naturalHeight}`);
  layer.setAttribute('aria-hidden', 'true');
  for (const { bbox } of boxes) {
    const [x1, y1, x2, y2] = bbox;
    const box = document.createElementNS(svg, 'rect');
    for (const [name, value] of Object.entries({ x: x1, y: y1, width: x2 - x1, height: y2 - y1 })) box.setAttribute(name, String(value));
    box.setAttribute('vector-effect', 'non-scaling-stroke');
    layer.append(box);
  }
  return layer;
}
