import type { Game } from './game.ts';

const namespace = 'http://www.w3.org/2000/svg';

function draw(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const drawn = document.createElementNS(namespace, name);
  for (const [attribute, value] of Object.entries(attributes)) drawn.setAttribute(attribute, String(value));
  return drawn;
}

/** Draws a level: walls once, then the dot and its trail after every step. */
export class MazeView {
  readonly #frame: HTMLElement;
  #dot: SVGElement | undefined;
  #trail: SVGElement | undefined;

  constructor(frame: HTMLElement) {
    this.#frame = frame;
  }

  show({ maze }: Game): void {
    const { size, goal } = maze;
    const svg = draw('svg', { viewBox: `-0.15 -0.15 ${size + 0.3} ${size + 0.3}`, role: 'img' });
    let walls = `M0 0H${size}V${size}H0Z`;
    for (let y = 0; y < size; y += 1) {
      for (let x = 0; x < size; x += 1) {
        if (x < size - 1 && !maze.isOpen({ x, y }, 'right')) walls += `M${x + 1} ${y}v1`;
        if (y < size - 1 && !maze.isOpen({ x, y }, 'down')) walls += `M${x} ${y + 1}h1`;
      }
    }
    this.#trail = draw('polyline', { class: 'trail' });
    this.#dot = draw('circle', { class: 'dot', r: 0.28 });
    svg.append(
      this.#trail,
      draw('rect', { class: 'goal', x: goal.x + 0.18, y: goal.y + 0.18, width: 0.64, height: 0.64, rx: 0.14 }),
      draw('path', { class: 'walls', d: walls }),
      this.#dot,
    );
    this.#frame.replaceChildren(svg);
  }

  update({ at, trail, level, maze, isSolved }: Game): void {
    this.#dot!.style.transform = `translate(${at.x + 0.5}px, ${at.y + 0.5}px)`;
    this.#trail!.setAttribute('points', trail.map(({ x, y }) => `${x + 0.5},${y + 0.5}`).join(' '));
    const where = isSolved ? 'the goal is reached' : `you are in row ${at.y + 1}, column ${at.x + 1}; the goal is at the bottom right`;
    this.#frame.firstElementChild!.setAttribute('aria-label', `Maze of level ${level}, ${maze.size} by ${maze.size}: ${where}`);
  }
}
