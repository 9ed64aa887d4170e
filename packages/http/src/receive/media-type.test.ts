import { parseMediaType } from './media-type.ts';

const codeOf = (text: string): unknown => {
  try {
    return parseMediaType(text);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('parseMediaType', () => {
  it.each([
    ['', { type: '', boundary: undefined }],
    ['Application/JSON', { type: 'application/json', boundary: undefined }],
    ['application/json; charset=utf-8', { type: 'application/json', boundary: undefined }],
    ['multipart/form-data; boundary=----WebKitFormBoundaryAaBb', { type: 'multipart/form-data', boundary: '----WebKitFormBoundaryAaBb' }],
    ['multipart/form-data;boundary="a b:c"', { type: 'multipart/form-data', boundary: 'a b:c' }],
    ['multipart/form-data; Boundary=a/b=c ; charset="utf-8; boundary=x";', { type: 'multipart/form-data', boundary: 'a/b=c' }],
    ['multipart/form-data ; ; charset=utf-8;boundary=x', { type: 'multipart/form-data', boundary: 'x' }],
  ])('reads %j', (text, expected) => expect(parseMediaType(text)).toEqual(expected));

  it.each([
    'multipart/form-data; boundary=A; boundary=B',
    'multipart/form-data; boundary=A; BOUNDARY="A"',
    'multipart/form-data; charset=a; charset=b; boundary=x',
    'multipart/form-data; boundary="A',
    'multipart/form-data; boundary="A"B',
    'multipart/form-data; boundary=A"B"',
    'multipart/form-data; boundary="a\\\"b"',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=""',
    'multipart/form-data; boundary="a "',
    'multipart/form-data; boundary=a b',
    'multipart/form-data; x boundary=A',
    'multipart/form-data; boundary =A',
    "multipart/form-data; boundary*=utf-8''A; boundary=B=; boundary",
    'multipart/form-data; boundary=\xa0a',
    `multipart/form-data; boundary=${'a'.repeat(71)}`,
  ])('refuses %j, which has two readings or none', (text) => expect(codeOf(text)).toBe('malformed-request'));
});
