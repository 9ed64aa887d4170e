import { versionName } from './version-name.ts';

it.each([
  ['v2', 'v2'],
  ['V2', 'v2'],
  ['2', 'v2'],
  [' 02 ', 'v2'],
  ['v0', 'v0'],
  ['Ensemble', 'ensemble'],
  ['v2x', 'v2x'],
  ['vv2', 'vv2'],
  ['', ''],
])('%j names %j', (spelling, expected) => expect(versionName(spelling)).toBe(expected));
