import { Problem } from '@facet/problem';
import fc from 'fast-check';
import { MissingLandmarks, readLandmarks } from './landmarks.ts';

const points = Array.from({ length: 21 }, (_, i) => ({ x: i / 10, y: -i, z: i * 7 }));
const triples = points.map(({ x, y, z }) => [x, y, z]);
const row = Object.fromEntries(
  points.flatMap(({ x, y, z }, i) => [
    [`x${i + 1}`, x],
    [`y${i + 1}`, y],
    [`z${i + 1}`, z],
  ]),
);
const expected = points.flatMap(({ x, y }) => [x, y]);

function refusal(body: unknown): Problem {
  try {
    readLandmarks(body);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('readLandmarks', () => {
  it.each([
    ['points', { landmarks: points }],
    ['points without z', { landmarks: points.map(({ x, y }) => ({ x, y })) }],
    ['triples', { landmarks: triples }],
    ['pairs', { landmarks: triples.map(([x, y]) => [x, y]) }],
    ['63 numbers', { landmarks: triples.flat() }],
    ['42 numbers', { landmarks: expected }],
    ['hands', { landmarks: [points, []] }],
    ['hands of triples', { landmarks: [triples] }],
    ["MediaPipe's name", { multiHandLandmarks: [points] }],
    ['a flat row', row],
    ['a flat row under landmarks', { landmarks: row }],
  ])('reads %s', (_name, body) => {
    expect([...readLandmarks(body).points]).toEqual(expected);
  });

  it('reads the size of the frame', () => {
    expect(readLandmarks({ landmarks: points, image: { width: 1280, height: 720 } }).image).toEqual({ width: 1280, height: 720 });
    expect(refusal({ landmarks: points, image: { width: 0, height: 720 } }).errors).toEqual([{ pointer: '/image/width', detail: 'expected a number above 0' }]);
  });

  it('lists and counts what is missing', () => {
    const problem = refusal({
      landmarks: points
        .with(7, { x: null, y: 1, z: 0 } as never)
        .with(9, null as never)
        .slice(0, 20),
    });
    expect(problem).toBeInstanceOf(MissingLandmarks);
    expect((problem as MissingLandmarks).count).toBe(3);
    expect(problem.errors).toEqual([
      { pointer: '/landmarks/7/x', detail: 'is null' },
      { pointer: '/landmarks/9', detail: 'is null' },
      { pointer: '/landmarks/20', detail: 'is missing' },
    ]);
  });

  it.each([
    ['no landmarks', {}, 21],
    ['null', { landmarks: null }, 21],
    ['no hands', { multiHandLandmarks: [] }, 21],
    ['an empty hand', { landmarks: [[]] }, 21],
    ['21 nulls', { landmarks: Array(21).fill(null) }, 21],
    ['a number beyond all numbers', { landmarks: points.with(3, { x: Infinity, y: 0, z: 0 }) }, 1],
    ['a hole in 63 numbers', { landmarks: triples.flat().with(4, null as never) }, 1],
    ['a hole in a row', { ...row, y21: null }, 1],
  ])('counts what %s lacks', (_name, body, count) => {
    expect((refusal(body) as MissingLandmarks).count).toBe(count);
  });

  it.each([
    ['text', 'hello', ''],
    ['landmarks as text', { landmarks: 'hello' }, '/landmarks'],
    ['5,000 numbers', { landmarks: Array(5000).fill(1) }, '/landmarks'],
    ['21 numbers', { landmarks: Array(21).fill(1) }, '/landmarks'],
    ['22 points', { landmarks: [...points, points[0]] }, '/landmarks'],
    ['a coordinate as text', { landmarks: points.with(2, { x: 0, y: '1', z: 0 } as never) }, '/landmarks/2/y'],
    ['a point of four', { landmarks: triples.with(5, [1, 2, 3, 4]) }, '/landmarks/5'],
  ])('points at %s', (_name, body, pointer) => {
    const problem = refusal(body);
    expect(problem.code).toBe('invalid-field');
    expect(problem.errors?.[0]?.pointer).toBe(pointer);
  });

  it('answers any JSON with points or a bounded problem', () => {
    const hostile = fc.oneof(
      fc.jsonValue(),
      fc.record({ landmarks: fc.jsonValue(), image: fc.jsonValue() }, { requiredKeys: [] }),
      fc.record({ landmarks: fc.array(fc.oneof(fc.jsonValue(), fc.constant({ x: 1, y: 2 }), fc.constant([1, 2, 3])), { maxLength: 30 }) }),
      fc.record({ multiHandLandmarks: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(hostile, (body) => {
        try {
          expect(readLandmarks(body).points.every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
          expect(['missing-landmarks', 'invalid-field']).toContain((error as Problem).code);
          expect((error as Problem).errors!.length).toBeLessThanOrEqual(21);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
