import { isRecord, MissingLandmarks } from './fields.ts';

/** One of the hands of a request. */
export interface FoundHand {
  /** Its points in any layout. */
  readonly value: unknown;
  /** Where they stand in the body, as a JSON pointer. */
  readonly path: string;
  /** `Left` or `Right`, as the client says it. */
  readonly handedness?: string | undefined;
  /** How sure the client is of the hand, or of its handedness. */
  readonly score?: number | undefined;
}

/**
 * Where hands stand, first come first served: our own name, then those of MediaPipe's APIs (JavaScript, Tasks in Python and JavaScript, one
 * protobuf list) and of TensorFlow.js.
 */
const keys = ['landmarks', 'multiHandLandmarks', 'multi_hand_landmarks', 'hand_landmarks', 'handLandmarks', 'landmark', 'keypoints', 'keypoints3D'] as const;

/** Where Holistic puts the hands of one person. */
const holisticKeys = [
  ['right_hand_landmarks', 'Right'],
  ['rightHandLandmarks', 'Right'],
  ['left_hand_landmarks', 'Left'],
  ['leftHandLandmarks', 'Left'],
] as const;

/** All keys under which hands are looked for. */
const handKeys: readonly string[] = [...keys, ...holisticKeys.map(([key]) => key)];

/** Where handedness stands beside hands, in the same order. */
const handednessKeys = ['handedness', 'handednesses', 'multiHandedness', 'multi_handedness'] as const;

/** Levels of objects around the points of a hand, at most. */
const mostNested = 2;

/**
 * The hands of a request, the one that the client is surest of first.
 *
 * @throws {MissingLandmarks} when there is none
 */
export function findHands(body: Record<string, unknown>): FoundHand[] {
  const key = keys.find((name) => body[name] !== undefined);
  if (key !== undefined) return [...handsIn(body, key)].toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0));
  if (isRow(body)) return [{ value: body, path: '' }];
  const holistic = holisticKeys.filter(([name]) => body[name] !== undefined && body[name] !== null);
  const hands = holistic.map(([name, handedness]) => unwrap(body[name], `/${name}`, { handedness }));
  if (hands.length > 0) return hands;
  const empty = holisticKeys.find(([name]) => name in body)?.[0];
  throw new MissingLandmarks(
    [],
    empty ? `\`${empty}\` holds no hand.` : `The body has no landmarks: expected one of ${handKeys.join(', ')}, ${foundKeys(body)}.`,
  );
}

/** Names of columns, such as `x1`. */
function isRow(body: Record<string, unknown>): boolean {
  return Object.keys(body).some((key) => /^[xy]\d{1,2}$/.test(key));
}

function foundKeys(body: Record<string, unknown>): string {
  const found = Object.keys(body);
  const named = found.slice(0, 5).map((key) => `'${key.slice(0, 40)}'`);
  return found.length === 0
    ? 'found an empty object'
    : `found ${named.join(', ')}${found.length > named.length ? ` and ${found.length - named.length} more` : ''}`;
}

function handsIn(body: Record<string, unknown>, key: string): FoundHand[] {
  const value = body[key];
  const path = `/${key}`;
  if (value === null || (Array.isArray(value) && value.length === 0)) throw new MissingLandmarks([], `\`${key}\` holds no hand.`);
  const given = handednessKeys.map((name) => body[name]).find((each) => each !== undefined && each !== null);
  const said = (index: number): Sureness => sureness(Array.isArray(given) ? given[index] : given);
  if (!isHands(value)) return [unwrap(value, path, said(0))];
  return value.map((hand: unknown, index) => unwrap(hand, `${path}/${index}`, said(index)));
}

/** A hand holds points, a point holds two or three numbers; an array of hands holds either arrays of points or objects that hold them. */
function isHands(value: unknown): value is readonly unknown[] {
  if (!Array.isArray(value)) return false;
  const first: unknown = value[0];
  if (isRecord(first)) return keys.some((key) => Array.isArray(first[key]));
  return Array.isArray(first) && (first.length > 3 || first.length === 0 || first.some((item) => typeof item === 'object' && item !== null));
}

type Sureness = Pick<FoundHand, 'handedness' | 'score'>;

/** The points in an object around them, such as `{landmark: […]}` or one hand of TensorFlow.js, and what it says of the hand. */
function unwrap(value: unknown, path: string, said: Sureness, nested = 0): FoundHand {
  const key = isRecord(value) && nested < mostNested ? keys.find((name) => isRecord(value[name]) || Array.isArray(value[name])) : undefined;
  if (key === undefined) return { value, path, ...said };
  const around = value as Record<string, unknown>;
  return unwrap(around[key], `${path}/${key}`, { ...sureness(around), ...said }, nested + 1);
}

/** What a client says of a hand: a name, a category of Tasks or of the older APIs, a list of such, or the object of a whole hand. */
function sureness(given: unknown): Sureness {
  if (typeof given === 'string') return { handedness: given.slice(0, 20) };
  const first: unknown = Array.isArray(given) ? given[0] : given;
  if (!isRecord(first)) return {};
  const { classification } = first;
  const category: unknown = Array.isArray(classification) ? classification[0] : first;
  if (!isRecord(category)) return {};
  const { categoryName, category_name: snakeName, label, handedness, score } = category;
  const name = [categoryName, snakeName, label, handedness].find((each) => typeof each === 'string');
  return {
    ...(name !== undefined && { handedness: name.slice(0, 20) }),
    ...(typeof score === 'number' && Number.isFinite(score) && { score }),
  };
}
