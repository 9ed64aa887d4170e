import type { Action } from '@facet/contracts';

export interface Cell {
  readonly x: number;
  readonly y: number;
}

/** A perfect maze: between any two cells there is exactly one way. */
export interface Maze {
  readonly size: number;
  readonly start: Cell;
  readonly goal: Cell;
  /** True when nothing stands between a cell and its neighbour. */
  isOpen(from: Cell, towards: Action): boolean;
}

export const steps: Readonly<Record<Action, Cell>> = { up: { x: 0, y: -1 }, down: { x: 0, y: 1 }, left: { x: -1, y: 0 }, right: { x: 1, y: 0 } };

const directions = Object.keys(steps) as Action[];
const opposite: Readonly<Record<Action, Action>> = { up: 'down', down: 'up', left: 'right', right: 'left' };

export function move({ x, y }: Cell, towards: Action): Cell {
  return { x: x + steps[towards].x, y: y + steps[towards].y };
}

export function isSame(a: Cell, b: Cell): boolean {
  return a.x === b.x && a.y === b.y;
}

/** Evenly spread numbers in [0, 1) from a seed (mulberry32, T. Ettinger, public domain). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The maze of a level, always the same: higher levels are larger, up to 20 cells a side. */
export function mazeOfLevel(level: number): Maze {
  return generateMaze(Math.min(20, 4 + level), level);
}

/** Carves a maze by walking at random and going back when stuck, from the top left; the goal is at the bottom right. */
export function generateMaze(size: number, seed: number): Maze {
  const random = seeded(seed * 7919);
  const open = Array.from({ length: size * size }, () => new Set<Action>());
  const at = ({ x, y }: Cell): Set<Action> => open[y * size + x]!;
  const isInside = ({ x, y }: Cell): boolean => x >= 0 && y >= 0 && x < size && y < size;
  const start = { x: 0, y: 0 };
  const seen = new Set([0]);
  const path: Cell[] = [start];
  while (path.length > 0) {
    const here = path.at(-1)!;
    const ways = directions.filter((way) => {
      const there = move(here, way);
      return isInside(there) && !seen.has(there.y * size + there.x);
    });
    if (ways.length === 0) {
      path.pop();
      continue;
    }
    const way = ways[Math.floor(random() * ways.length)]!;
    const there = move(here, way);
    at(here).add(way);
    at(there).add(opposite[way]);
    seen.add(there.y * size + there.x);
    path.push(there);
  }
  return { size, start, goal: { x: size - 1, y: size - 1 }, isOpen: (from, towards) => isInside(from) && at(from).has(towards) };
}

/** The moves from a cell to the goal: the one way there is, without detours. */
export function wayToGoal(maze: Maze, from: Cell): Action[] {
  const ways = new Map<string, Action[]>([[`${from.x},${from.y}`, []]]);
  const queue: Cell[] = [from];
  for (const here of queue) {
    const way = ways.get(`${here.x},${here.y}`)!;
    if (isSame(here, maze.goal)) return way;
    for (const direction of directions) {
      const there = move(here, direction);
      if (!maze.isOpen(here, direction) || ways.has(`${there.x},${there.y}`)) continue;
      ways.set(`${there.x},${there.y}`, [...way, direction]);
      queue.push(there);
    }
  }
  return [];
}
