import { generateMaze, isSame, mazeOfLevel, move, steps, wayToGoal, type Cell, type Maze } from './maze.ts';
import type { Action } from '@facet/contracts';

const directions = Object.keys(steps) as Action[];

function cellsOf({ size }: Maze): Cell[] {
  return Array.from({ length: size * size }, (_, index) => ({ x: index % size, y: Math.floor(index / size) }));
}

describe('generateMaze', () => {
  it.each([2, 5, 12, 20])('%d cells a side: every cell is reached, by one way only', (size) => {
    const maze = generateMaze(size, 3);
    const doors = cellsOf(maze).reduce((count, cell) => count + directions.filter((way) => maze.isOpen(cell, way)).length, 0) / 2;
    // A connected graph with one edge less than nodes is a tree.
    expect(doors).toBe(size * size - 1);
    for (const cell of cellsOf(maze)) expect(isSame(cell, maze.goal) || wayToGoal(maze, cell).length > 0).toBe(true);
  });

  it('opens a wall from both sides, and none to the outside', () => {
    const maze = generateMaze(8, 1);
    const back = { up: 'down', down: 'up', left: 'right', right: 'left' } as const;
    for (const cell of cellsOf(maze)) {
      for (const way of directions) {
        const there = move(cell, way);
        expect(maze.isOpen(cell, way)).toBe(maze.isOpen(there, back[way]));
        if (there.x < 0 || there.y < 0 || there.x >= 8 || there.y >= 8) expect(maze.isOpen(cell, way)).toBe(false);
      }
    }
  });

  it('is the same for the same level, another for another, and grows', () => {
    expect(wayToGoal(mazeOfLevel(3), { x: 0, y: 0 })).toEqual(wayToGoal(mazeOfLevel(3), { x: 0, y: 0 }));
    expect(wayToGoal(generateMaze(8, 1), { x: 0, y: 0 })).not.toEqual(wayToGoal(generateMaze(8, 2), { x: 0, y: 0 }));
    expect([1, 4, 16, 40].map((level) => mazeOfLevel(level).size)).toEqual([5, 8, 20, 20]);
  });
});

describe('wayToGoal', () => {
  it('leads through open walls to the goal', () => {
    const maze = mazeOfLevel(6);
    const end = wayToGoal(maze, maze.start).reduce((cell, way) => {
      expect(maze.isOpen(cell, way)).toBe(true);
      return move(cell, way);
    }, maze.start);
    expect(end).toEqual(maze.goal);
  });
});
