import { gestureContract } from '@facet/contracts';
import { Problem } from '@facet/problem';
import fc from 'fast-check';
import { MissingLandmarks, readHands, readLandmarks } from './landmarks.ts';

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
    ['points whose z is null', { landmarks: points.map((point) => ({ ...point, z: null })) }],
    ["Python's Tasks", { hand_landmarks: [points.map((point) => ({ ...point, visibility: null, name: null }))], hand_world_landmarks: [[]] }],
    ["other languages' Tasks", { handLandmarks: [points] }],
    ["Python's older API", { multi_hand_landmarks: [{ landmark: points }] }],
    ['one protobuf list', { landmark: points }],
    ["Holistic's left hand", { pose_landmarks: points.slice(0, 3), left_hand_landmarks: { landmark: points }, right_hand_landmarks: null }],
    ["Holistic's right hand", { rightHandLandmarks: points, leftHandLandmarks: null }],
    ['a hand of TensorFlow.js', { keypoints: points.map((point) => ({ ...point, name: 'wrist' })), keypoints3D: [], score: 0.9 }],
    ['hands of TensorFlow.js', { landmarks: [{ keypoints: points, handedness: 'Left' }] }],
    ["cvzone's numbered points", { landmarks: points.map(({ x, y }, index) => [index, x, y]) }],
    [
      'a row from x0',
      Object.fromEntries(
        points.flatMap(({ x, y }, i) => [
          [`x${i}`, x],
          [`y${i}`, y],
        ]),
      ),
    ],
    ['points and triples mixed', { landmarks: [...points.slice(0, 7), ...triples.slice(7)] }],
  ])('reads %s', (_name, body) => {
    expect([...readLandmarks(body).points]).toEqual(expected);
  });

  it('reads the size of the frame', () => {
    expect(readLandmarks({ landmarks: points, image: { width: 1280, height: 720 } }).image).toEqual({ width: 1280, height: 720 });
    expect(refusal({ landmarks: points, image: { width: 0, height: 720 } }).errors).toEqual([{ pointer: '/image/width', detail: 'expected a number above 0' }]);
  });

  const away = points.map(({ x, y }) => ({ x: x + 100, y }));
  it.each([
    ['Tasks', { hand_landmarks: [away, points], handedness: [[{ score: 0.6, category_name: 'Left' }], [{ score: 0.9, category_name: 'Right' }]] }],
    [
      'JavaScript',
      {
        multiHandLandmarks: [away, points],
        multiHandedness: [
          { index: 0, score: 0.6, label: 'Left' },
          { index: 1, score: 0.9, label: 'Right' },
        ],
      },
    ],
    [
      'older Python',
      {
        multi_hand_landmarks: [{ landmark: away }, { landmark: points }],
        multi_handedness: [{ classification: [{ index: 0, score: 0.6, label: 'Left' }] }, { classification: [{ index: 1, score: 0.9, label: 'Right' }] }],
      },
    ],
    [
      'TensorFlow.js',
      {
        landmarks: [
          { keypoints: away, handedness: 'Left', score: 0.6 },
          { keypoints: points, handedness: 'Right', score: 0.9 },
        ],
      },
    ],
    ['Holistic', { left_hand_landmarks: away, right_hand_landmarks: points }],
  ])('answers the surest of two hands first, as of %s', (_name, body) => {
    expect([...readLandmarks(body).points]).toEqual(expected);
    expect(readHands(body).map(({ handedness }) => handedness)).toEqual(['Right', 'Left']);
  });

  it('knows pixels by their numbers, and normalised coordinates by lying in the frame', () => {
    const image = { width: 1600, height: 900 };
    const inFrame = points.map((_, i) => ({ x: 0.3 + i / 100, y: 0.4 + i / 50 }));
    const inPixels = inFrame.map(({ x, y }) => ({ x: 1600 * x, y: 900 * y }));
    const aspectOf = (body: object) => readLandmarks(body).aspect;
    expect(aspectOf({ landmarks: inFrame })).toBeUndefined();
    expect(aspectOf({ landmarks: inFrame, image })).toBeCloseTo(16 / 9);
    expect(aspectOf({ landmarks: inPixels })).toBe(1);
    expect(aspectOf({ landmarks: inPixels, image })).toBe(1);
    expect(aspectOf({ landmarks: inFrame.map(({ x, y }) => ({ x: x - 0.3, y: 0.4 - y })) })).toBe(1);
  });

  it.each([
    ['an empty list', { hand_landmarks: [] }, '`hand_landmarks` holds no hand.'],
    ['null', { landmarks: null }, '`landmarks` holds no hand.'],
    ["Holistic's two nulls", { left_hand_landmarks: null, right_hand_landmarks: null }, '`right_hand_landmarks` holds no hand.'],
    ['another key', { pose_landmarks: points }, /expected one of landmarks, .*, found 'pose_landmarks'\.$/],
  ])('says what came where there is no hand: %s', (_name, body, detail) => {
    expect(refusal(body)).toMatchObject({ code: 'missing-landmarks', count: 21, message: expect.stringMatching(detail) });
  });

  it('names the key that came in what is wrong with it', () => {
    expect(refusal({ hand_landmarks: [points.with(2, { x: 0, y: '1', z: 0 } as never)] }).errors![0]!.pointer).toBe('/hand_landmarks/0/2/y');
    expect(refusal({ multi_hand_landmarks: [{ landmark: points.slice(1) }] }).errors![0]!.pointer).toBe('/multi_hand_landmarks/0/landmark/20');
    expect(refusal({ ...row, x0: 1 }).errors![0]!.detail).toMatch(/found both x0 and x21/);
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
    ['a depth as text', { landmarks: points.with(2, { x: 0, y: 1, z: 'far' } as never) }, '/landmarks/2/z'],
    ['a depth as text among triples', { landmarks: triples.with(2, [0, 1, 'far' as never]) }, '/landmarks/2/2'],
    ['a depth as text among 63 numbers', { landmarks: triples.flat().with(8, 'far' as never) }, '/landmarks/8'],
    ['a depth as text in a row', { ...row, z3: 'far' }, '/z3'],
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
      fc.record({ multiHandLandmarks: fc.jsonValue(), multiHandedness: fc.jsonValue() }),
      fc.record({ left_hand_landmarks: fc.jsonValue(), keypoints: fc.jsonValue() }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(hostile, (body) => {
        try {
          expect(readHands(body).every((hand) => hand.points.every(Number.isFinite))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
          expect(['missing-landmarks', 'invalid-field']).toContain((error as Problem).code);
          expect((error as Problem).errors!.length).toBeLessThanOrEqual(21);
        }
      }),
      { numRuns: 2000 },
    );
  });

  // Whoever checks requests by the document would otherwise refuse what is accepted here.
  it('reads nothing that the contract does not allow', () => {
    const { schema } = gestureContract.body['application/json'];
    const frame = { image: { width: 4, height: 3 } };
    const shapes: readonly object[] = [
      { landmarks: points, ...frame },
      { landmarks: triples },
      { landmarks: triples.flat() },
      { landmarks: expected },
      { landmarks: [points, points] },
      { multiHandLandmarks: [points] },
      { landmarks: [{ keypoints: points }, points] },
      { multi_hand_landmarks: [{ landmark: points }], multi_handedness: [{ classification: [{ score: 1, label: 'Left' }] }] },
      row,
      { landmarks: row },
    ];
    let accepted = 0;
    const steps = fc.array(fc.nat(70), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...shapes), steps, fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('put', 'remove', 'add'), (shape, path, value, how) => {
        const body = changed(shape, path, value, how);
        try {
          readLandmarks(body);
        } catch {
          return;
        }
        accepted += 1;
        expect(schema.safeParse(body).error).toBeUndefined();
      }),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });
});

/** A copy that is another at one place, found by steps of which each counts the members of what it is in. */
function changed(value: unknown, [step = 0, ...rest]: readonly number[], to: unknown, how: 'put' | 'remove' | 'add'): unknown {
  const copy = structuredClone(value) as Record<string, unknown> | unknown[];
  const keys = Object.keys(copy);
  const key = keys[step % keys.length]!;
  const at = copy as Record<string, unknown>;
  const within = at[key];
  if (rest.length > 0 && typeof within === 'object' && within !== null && Object.keys(within).length > 0) at[key] = changed(within, rest, to, how);
  else if (how === 'put') at[key] = to;
  else if (Array.isArray(copy)) copy.splice(step % keys.length, how === 'remove' ? 1 : 0, ...(how === 'add' ? [to] : []));
  else if (how === 'remove') delete at[key];
  else at[`${key}0`] = to;
  return copy;
}
