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
