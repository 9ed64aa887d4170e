import { digitShown, drawnDigit, handJson, photographedDigit, scenePhoto, smallDigit } from './pictures.ts';
import { formWith, type Body } from './request.ts';

export type TaskName = 'gesture' | 'digit' | 'detection';

/** One kind of request that is measured. */
export interface Case {
  readonly name: string;
  readonly task: TaskName;
  readonly title: string;
  body(): Promise<Body>;
  /** True when an answer, parsed, says what it should. */
  readonly isRight: (answer: unknown) => boolean;
}

const isSeven = (answer: unknown): boolean => (answer as { predicted_digit?: unknown }).predicted_digit === digitShown;

export const cases: readonly Case[] = [
  {
    name: 'digit',
    task: 'digit',
    title: '28x28 grey PNG',
    body: async () => formWith('digit.png', 'image/png', await smallDigit()),
    isRight: isSeven,
  },
  {
    name: 'digit-drawing',
    task: 'digit',
    title: '280x280 RGBA PNG',
    body: async () => formWith('drawing.png', 'image/png', await drawnDigit()),
    isRight: isSeven,
  },
  {
    name: 'digit-photo',
    task: 'digit',
    title: '600x800 JPEG',
    body: async () => formWith('photo.jpg', 'image/jpeg', await photographedDigit()),
    isRight: isSeven,
  },
  {
    name: 'gesture',
    task: 'gesture',
    title: '21 landmarks, JSON',
    body: async () => ({ contentType: 'application/json', bytes: await handJson() }),
    isRight: (answer) => (answer as { gesture?: unknown }).gesture === 'like',
  },
  {
    name: 'detection',
    task: 'detection',
    title: '640x480 JPEG',
    body: async () => formWith('scene.jpg', 'image/jpeg', await scenePhoto()),
    isRight: (answer) => {
      const { detections = [] } = answer as { detections?: { class_name: string }[] };
      return detections[0]?.class_name === 'cup';
    },
  },
];
