import fc from 'fast-check';
import { parseJson } from './json.ts';

const parse = (text: string) => parseJson(Buffer.from(text), 32);
const codeOf = (text: string): unknown => {
  try {
    return parse(text);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('parseJson', () => {
  it('reads whatever JSON.stringify writes within the depth', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => expect(parse(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))));
  });

  it('refuses depth 10,000 before parsing, and counts no bracket in a string', () => {
    expect(codeOf('['.repeat(10_000) + ']'.repeat(10_000))).toBe('json-too-deep');
    expect(codeOf('{"a":'.repeat(33) + '1' + '}'.repeat(33))).toBe('json-too-deep');
    expect(parse(JSON.stringify('['.repeat(100)))).toBe('['.repeat(100));
    expect(parse(JSON.stringify(`\\"${'['.repeat(100)}`))).toBe(`\\"${'['.repeat(100)}`);
  });

  it('refuses a document with more members than it would be worth holding, and counts no colon in a string', () => {
    const members = (count: number) => `[${Array.from({ length: count }, (_, at) => `{"${at}":1}`).join(',')}]`;
    expect(codeOf(members(100_001))).toBe('json-too-large');
    expect(parse(members(1000))).toHaveLength(1000);
    expect(parse(JSON.stringify(':'.repeat(200_000)))).toHaveLength(200_000);
  });

  it('refuses more arrays, objects or values than it would be worth holding, and counts no comma or bracket in a string', () => {
    expect(codeOf(`[${'{},'.repeat(1_000_000)}{}]`)).toBe('json-too-large');
    expect(codeOf(`[${'[],'.repeat(1_000_000)}[]]`)).toBe('json-too-large');
    expect(codeOf(`[${'0,'.repeat(8_000_001)}0]`)).toBe('json-too-large');
    expect(parse(`[${'0,'.repeat(2_000_000)}0]`)).toHaveLength(2_000_001);
    expect(parse(JSON.stringify('[,'.repeat(9_000_000)))).toHaveLength(18_000_000);
  });

  it('replaces only whole literals', () => {
    for (const text of ['[NaNx]', '[xNaN]', '[1NaN]', '[Infinity2]', '[NaN', '["NaN]', '[Na]', '[--NaN]']) expect(codeOf(text)).toBe('malformed-json');
    expect(parse('[NaN,-NaN,{"a":Infinity}]')).toEqual([null, null, { a: null }]);
  });

  it('reads NaN and Infinity as null, outside of strings', () => {
    expect(parse('{"x": NaN, "y": [-Infinity, 1], "s": "NaN \\" Infinity"}')).toEqual({ x: null, y: [null, 1], s: 'NaN " Infinity' });
  });

  it('says what is wrong without quoting the document', () => {
    expect(codeOf('')).toBe('malformed-json');
    expect(codeOf('{"password": "hunter2"')).toBe('malformed-json');
    expect(() => parse('{"password": hunter2}')).not.toThrow(/hunter2/);
    expect(codeOf('NaN oops')).toBe('malformed-json');
  });
});
