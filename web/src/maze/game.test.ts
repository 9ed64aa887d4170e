import { Game } from './game.ts';
import { wayToGoal } from './maze.ts';

describe('Game', () => {
  it('counts from the first step to the goal, and moves no more then', () => {
    const game = new Game(1);
    expect(game.elapsedMs(900)).toBe(0);
    const way = wayToGoal(game.maze, game.at);
    for (const [index, direction] of way.entries()) expect(game.step(direction, 1000 + index * 100)).toBe(true);
    expect(game).toMatchObject({ isSolved: true, steps: way.length, at: game.maze.goal });
    expect(game.elapsedMs(99_000)).toBe((way.length - 1) * 100);
    expect(game.step('left', 99_000) || game.step('up', 99_000)).toBe(false);
  });

  it('stops at walls without counting', () => {
    const game = new Game(1);
    expect(game.step('up', 0)).toBe(false);
    expect(game).toMatchObject({ steps: 0, at: { x: 0, y: 0 } });
    expect(game.elapsedMs(500)).toBe(0);
  });

  it('steps at once for a new action, then at a pace while it is held, and at once again after a pause', () => {
    const game = new Game(1);
    const [direction] = wayToGoal(game.maze, game.at);
    expect(game.hold(direction!, 0)).toBe(true);
    expect(game.hold(direction!, 100)).toBe(false);
    expect(game.steps).toBe(1);
    game.hold(direction!, 300);
    const paced = game.steps;
    expect(game.hold(null, 310)).toBe(false);
    game.hold(direction!, 320);
    expect(game.steps).toBeGreaterThanOrEqual(paced);
  });
});
