import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labelsOf, numberSame, readLabels } from './labels.ts';

describe('labelsOf', () => {
  const names = (text: string) => labelsOf(new Map([['names', text]]))?.names;

  it('reads what Python prints', () => {
    expect(names(`{0: 'person', 1: "painter's blue", 2: 'it\\'s', 10: 'x'}`)).toBeUndefined();
    expect(names(`{0: 'person', 1: "painter's blue", 2: 'it\\'s'}`)).toEqual(['person', "painter's blue", "it's"]);
    expect(names('[]')).toBeUndefined();
    expect(labelsOf(new Map())).toBeUndefined();
  });
});

describe('readLabels', () => {
  const folder = mkdtempSync(join(tmpdir(), 'labels-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = async (name: string, text: string): Promise<readonly string[]> => {
    writeFileSync(join(folder, name), text);
    return (await readLabels(join(folder, name))).names;
  };

  it('takes a name a line, a list, or an object by number', async () => {
    await expect(read('a.txt', 'cat\r\n dog \n\n')).resolves.toEqual(['cat', 'dog']);
    await expect(read('a.json', '["cat", "dog"]')).resolves.toEqual(['cat', 'dog']);
    await expect(read('b.json', '{"1": "dog", "0": "cat"}')).resolves.toEqual(['cat', 'dog']);
  });

  it('takes a name twice where that is allowed, and numbers it', async () => {
    writeFileSync(join(folder, 'same.txt'), 'crane\nhen\ncrane');
    const { names } = await readLabels(join(folder, 'same.txt'), 'allow');
    expect(names).toEqual(['crane', 'hen', 'crane']);
    expect(numberSame(names)).toEqual(['crane (0)', 'hen', 'crane (2)']);
  });

  it.each([
    ['gap.txt', 'cat\n\ndog', 'gap.txt: expected a name a line, found nothing on line 2.'],
    ['none.txt', '\n', 'none.txt: expected a name a line, found none.'],
    ['twice.txt', 'cat\ncat', "twice.txt: expected each name once, found 'cat' twice."],
    ['broken.json', '[', 'broken.json: expected JSON, found something else.'],
    ['gap.json', '{"0": "cat", "2": "dog"}', 'gap.json: expected a list of names, or an object'],
  ])('refuses %s', async (name, text, sentence) => {
    await expect(read(name, text)).rejects.toThrow(sentence);
    await expect(readLabels(join(folder, 'nowhere.txt'))).rejects.toThrow('--labels: there is no file');
  });
});
