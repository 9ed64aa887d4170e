import type { Action } from '@facet/contracts';
import { bones, type Hand } from './hand.ts';
import { recordedHands } from './recorded-hand.ts';

const arrows: Readonly<Record<Action, string>> = { up: '↑', down: '↓', left: '←', right: '→' };
const namespace = 'http://www.w3.org/2000/svg';

/** A hand as a small drawing, mirrored like the camera's picture. */
function drawHand({ landmarks, image }: Hand): SVGSVGElement {
  const points = landmarks.map(({ x, y }) => [(1 - x) * image.width, y * image.height] as const);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const side = Math.max(Math.max(...xs) - left, Math.max(...ys) - top);
  const svg = document.createElementNS(namespace, 'svg');
  const margin = side * 0.1;
  svg.setAttribute('viewBox', [left - margin - (side - (Math.max(...xs) - left)) / 2, top - margin, side + 2 * margin, side + 2 * margin].join(' '));
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', bones.map((bone) => `M${bone.map((index) => points[index]!.map(Math.round).join(' ')).join('L')}`).join(''));
  svg.append(path);
  return svg;
}

/** Shows what each gesture does: the service decides, so this waits for its greeting. */
export function showLegend(list: HTMLUListElement, actions: Readonly<Record<string, Action>>): void {
  const items = Object.entries(actions).map(([gesture, action]) => {
    const item = document.createElement('li');
    const hand = recordedHands[gesture];
    if (hand) item.append(drawHand(hand));
    const text = document.createElement('span');
    text.textContent = `${arrows[action]} ${gesture.replaceAll('_', ' ')}`;
    item.append(text);
    return item;
  });
  list.replaceChildren(...items);
}
