import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'supertest';

const examples = join(__dirname, '../../../examples');

/** The inputs that come with the repository. */
export const hand = JSON.parse(readFileSync(join(examples, 'hand.json'), 'utf8')) as object;
export const digit = readFileSync(join(examples, 'digit.png'));
export const photo = readFileSync(join(examples, 'photo.jpg'));

/** How each task is sent its own, by name. */
export const send: Readonly<Record<string, (test: Test) => Test>> = {
  gesture: (test) => test.send(hand),
  digit: (test) => test.attach('file', digit, 'digit.png'),
  detection: (test) => test.attach('file', photo, 'photo.jpg'),
};
