import type { Action } from '@facet/contracts';
import { isSame, mazeOfLevel, move, type Cell, type Maze } from './maze.ts';

/** Between two steps while an action is held. */
const repeatMs = 260;

/** One level being played: where the dot is, since when, and whether it has arrived. */
export class Game {
  readonly level: number;
  readonly maze: Maze;
  at: Cell;
  steps = 0;
  /** Every cell that was walked, in order. */
  readonly trail: Cell[];
  #startedAt: number | undefined;
  #endedAt: number | undefined;
  #held: Action | undefined;
  #steppedAt = -Infinity;

  constructor(level: number) {
    this.level = level;
    this.maze = mazeOfLevel(level);
    this.at = this.maze.start;
    this.trail = [this.at];
  }

  get isSolved(): boolean {
    return this.#endedAt !== undefined;
  }

  /** Milliseconds since the first step, until the goal. */
  elapsedMs(nowMs: number): number {
    return this.#startedAt === undefined ? 0 : (this.#endedAt ?? nowMs) - this.#startedAt;
  }

  /** Takes one step, if no wall is in the way; false when nothing moved. */
  step(towards: Action, nowMs: number): boolean {
    if (this.isSolved || !this.maze.isOpen(this.at, towards)) return false;
    this.#startedAt ??= nowMs;
    this.at = move(this.at, towards);
    this.trail.push(this.at);
    this.steps += 1;
    if (isSame(this.at, this.maze.goal)) this.#endedAt = nowMs;
    return true;
  }

  /** What a hand holds now: a new action steps at once, the same goes on stepping at a pace that can be followed. */
  hold(action: Action | null, nowMs: number): boolean {
    const isNew = action !== null && action !== this.#held;
    this.#held = action ?? undefined;
    if (action === null || (!isNew && nowMs - this.#steppedAt < repeatMs)) return false;
    this.#steppedAt = nowMs;
    return this.step(action, nowMs);
  }
}
