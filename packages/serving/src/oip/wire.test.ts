import type { OipDatatype } from '@facet/contracts';
import { Problem } from '@facet/problem';
import { expectLinearTime } from '@facet/testkit';
import fc from 'fast-check';
import { acceptedEncoding } from '@facet/http';
import { numericType, type NumericValues } from '../task/datatypes.ts';
import { countElements } from './element-count.ts';
import { parseInfer } from './parse-infer.ts';
import { readBinaryValues } from './read-binary-values.ts';
import { readJsonValues } from './read-json-values.ts';
import { writeInfer } from './write-infer.ts';

const none = Buffer.alloc(0);
const fp32 = { inputs: [{ name: 'x', datatype: 'FP32' as const, shape: [-1, 2] }] };
const int64 = { inputs: [{ name: 'x', datatype: 'INT64' as const, shape: [-1, 2] }] };

function parse(json: string, binary = none, model: Parameters<typeof parseInfer>[1] = fp32) {
  return parseInfer({ json: Buffer.from(json), binary, isRaw: false }, model, 16);
}

function refusal(act: () => unknown): { code: string; detail: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return { code: error.code, detail: error.message };
    throw error;
  }
  throw new Error('it was accepted');
}

/** Bytes at every alignment that memory can have. */
function at(offset: number, bytes: Buffer): Buffer {
  const place = Buffer.from(new ArrayBuffer(offset + bytes.length), offset);
  bytes.copy(place);
  return place;
}

describe('the time that reading takes is linear in what is sent:', () => {
  const list = (unit: string, n: number): string => Array.from({ length: Math.ceil(n / (unit.length + 1)) }, () => unit).join(',');
  const request = (data: string, shape = '[1, 2]', datatype = 'FP32') =>
    `{"inputs": [{"name": "x", "datatype": "${datatype}", "shape": ${shape}, "data": ${data}}]}`;

  it.each([
    ['numbers', (n: number) => request(`[${list('1', n)}]`)],
    ['rows', (n: number) => request(`[${list('[1, 2]', n)}]`)],
    ['rows of other lengths', (n: number) => request(`[${list('[1], [1, 2]', n)}]`)],
    ['depth', (n: number) => request('['.repeat(n / 2) + ']'.repeat(n / 2))],
    ['texts', (n: number) => request(`[${list('"\\""', n)}]`, '[1]', 'BYTES')],
    ['sizes', (n: number) => request('[]', `[${list('1', n)}]`)],
    ['tensors', (n: number) => `{"inputs": [${list('{"name": "x"}', n)}]}`],
    ['outputs', (n: number) => `{"inputs": [], "outputs": [${list('{"name": "x"}', n)}]}`],
    ['parameters', (n: number) => `{"inputs": [], "parameters": {${list('"a": 1', n)}}}`],
  ])('%s', async (_what, make) => {
    for (const model of [fp32, int64]) await expectLinearTime(make, (json) => parse(json, none, model), { to: 512 * 1024 });
  });

  it('texts in binary', async () => {
    await expectLinearTime(
      (n) => Buffer.alloc(n),
      (bytes) => readBinaryValues('x', 'BYTES', bytes, bytes.length / 4),
    );
  });
});

describe('values in binary', () => {
  const numeric: Exclude<OipDatatype, 'BYTES'>[] = ['INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'FP16', 'FP32', 'FP64'];

  it.each(numeric)('%s: read as it lies, at any alignment', (datatype) => {
    const size = numericType(datatype).array.BYTES_PER_ELEMENT;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: size, maxLength: 8 * size }), fc.nat(8), (given, offset) => {
        const bytes = Buffer.from(given.subarray(0, given.length - (given.length % size)));
        const values = readBinaryValues('x', datatype, at(offset, bytes), bytes.length / size) as NumericValues;
        expect(Buffer.from(values.buffer, values.byteOffset, values.byteLength).equals(bytes)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('views what is aligned, and copies what is not', () => {
    const aligned = at(8, Buffer.alloc(8));
    expect((readBinaryValues('x', 'FP32', aligned, 2) as Float32Array).buffer).toBe(aligned.buffer);
    const odd = at(3, Buffer.alloc(8));
    expect((readBinaryValues('x', 'FP32', odd, 2) as Float32Array).buffer).not.toBe(odd.buffer);
  });

  it('BOOL is one byte, 0 or 1', () => {
    expect([...(readBinaryValues('x', 'BOOL', Buffer.from([1, 0]), 2) as Uint8Array)]).toEqual([1, 0]);
    expect(refusal(() => readBinaryValues('x', 'BOOL', Buffer.from([2, 0]), 2)).detail).toContain('0 or 1');
  });

  it('BYTES carry their lengths', () => {
    const bytes = Buffer.from([2, 0, 0, 0, 65, 66, 0, 0, 0, 0]);
    expect(readBinaryValues('x', 'BYTES', bytes, 2)).toEqual([Buffer.from('AB'), none]);
    for (const [broken, count] of [
      [bytes.subarray(0, 8), 2],
      [Buffer.from([255, 255, 255, 255]), 1],
      [bytes, 1],
      [bytes, 3],
    ] as const)
      expect(refusal(() => readBinaryValues('x', 'BYTES', broken, count)).code).toBe('invalid-inference');
  });
});

describe('values in JSON', () => {
  const read = (datatype: OipDatatype, shape: number[], data: unknown[]) => readJsonValues({ name: 'x', datatype, shape }, data, countElements('x', shape));

  it.each([
    ['BOOL', [2], [true, false], [1, 0]],
    ['INT8', [2], [-128, 127], [-128, 127]],
    ['UINT16', [2], [0, 65535], [0, 65535]],
    ['INT64', [2], [9007199254740991, 9223372036854775807n], [9007199254740991n, 9223372036854775807n]],
    ['UINT64', [1], [18446744073709551615n], [18446744073709551615n]],
    ['FP64', [1], [0.1], [0.1]],
    [
      'FP32',
      [2, 2],
      [
        [1, 2],
        [3, 4],
      ],
      [1, 2, 3, 4],
    ],
    ['FP32', [2, 2], [1, 2, 3, 4], [1, 2, 3, 4]],
  ] as [OipDatatype, number[], unknown[], unknown[]][])('%s %j', (datatype, shape, data, expected) => {
    expect([...(read(datatype, shape, data) as Iterable<unknown>)]).toEqual(expected);
  });

  it.each([
    ['FP16 has no form in JSON', 'FP16', [1], [1]],
    ['nesting unlike the shape', 'FP32', [2, 2], [[1], [2, 3, 4]]],
    ['too few', 'FP32', [2, 2], [1, 2, 3]],
    ['a string for a number', 'FP32', [1], ['1']],
    ['null, as JSON.stringify writes NaN', 'FP32', [1], [null]],
    ['too large for the type', 'FP32', [1], [1e39]],
    ['a fraction', 'INT32', [1], [1.5]],
    ['out of range', 'UINT8', [1], [256]],
    ['digits that JSON lost', 'INT64', [1], [2 ** 53 + 2]],
    ['a number for BOOL', 'BOOL', [1], [1]],
    ['a number for BYTES', 'BYTES', [1], [1]],
  ] as [string, OipDatatype, number[], unknown[]][])('refuses %s', (_what, datatype, shape, data) => {
    expect(refusal(() => read(datatype, shape, data)).code).toBe('invalid-inference');
  });
});

describe('requests', () => {
  it('keeps the digits of INT64 beyond 2^53', () => {
    const { inputs } = parse('{"inputs":[{"name":"x","shape":[1,2],"datatype":"INT64","data":[9007199254740993,-9223372036854775808]}]}', none, int64);
    expect([...(inputs[0]!.values as BigInt64Array)]).toEqual([9007199254740993n, -9223372036854775808n]);
  });

  it.each([
    ['NaN, which is not JSON', '{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[NaN,1]}]}', 'malformed-json'],
    ['a product that overflows', '{"inputs":[{"name":"x","shape":[16,1152921504606846978],"datatype":"FP32","data":[]}]}', 'invalid-inference'],
    ['a product that a 0 hides', '{"inputs":[{"name":"x","shape":[0,4294967296,4294967296],"datatype":"FP32","data":[]}]}', 'invalid-inference'],
    ['a negative dimension', '{"inputs":[{"name":"x","shape":[-1,2],"datatype":"FP32","data":[1,2]}]}', 'invalid-inference'],
    ['nesting without end', `{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":${'['.repeat(40)}${']'.repeat(40)}}]}`, 'json-too-deep'],
    [
      'too many tensors',
      JSON.stringify({ inputs: Array.from({ length: 65 }, () => ({ name: 'x', shape: [1], datatype: 'FP32', data: [1] })) }),
      'invalid-inference',
    ],
    ['hundreds of thousands of empty tensors', `{"inputs":[${'{},'.repeat(300_000)}{}]}`, 'invalid-inference'],
    ['as many outputs', `{"inputs":[],"outputs":[${'{},'.repeat(300_000)}{}]}`, 'invalid-inference'],
    ['millions of values in JSON', `{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[${'0,'.repeat(8_000_001)}0]}]}`, 'json-too-large'],
    ['data that is no list', '{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":{"0":1}}]}', 'invalid-inference'],
    ['no inputs', '{"inputs":[]}', 'invalid-inference'],
    ['an unknown type', '{"inputs":[{"name":"x","shape":[1],"datatype":"FP8","data":[1]}]}', 'invalid-inference'],
    ['neither data nor size', '{"inputs":[{"name":"x","shape":[1],"datatype":"FP32"}]}', 'invalid-inference'],
    ['shared memory', '{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","parameters":{"shared_memory_region":"a"}}]}', 'not-implemented'],
    ['a size that is not there', '{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}', 'invalid-inference'],
    ['a size below 0', '{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":-4}}]}', 'invalid-inference'],
  ])('refuses %s', (_what, json, code) => expect(refusal(() => parse(json)).code).toBe(code));

  it('divides the bytes among the inputs in their order, and leaves none over', () => {
    const tensor = (name: string) => ({ name, shape: [1], datatype: 'FP32', parameters: { binary_data_size: 4 } });
    const bytes = Buffer.from(new Float32Array([1, 2, 3]).buffer);
    const json = JSON.stringify({ inputs: [tensor('x'), { name: 'y', shape: [1], datatype: 'FP32', data: [9] }, tensor('z')] });
    expect(parse(json, bytes.subarray(0, 8)).inputs.map(({ values }) => Array.from(values as Float32Array))).toEqual([[1], [9], [2]]);
    expect(refusal(() => parse(json, bytes)).detail).toContain('4 trailing bytes');
  });

  it("lets an output's own word go before the request's", () => {
    const input = { name: 'x', shape: [1], datatype: 'FP32', data: [1] };
    const outputs = [{ name: 'a', parameters: { binary_data: false } }, { name: 'b' }];
    expect(parse(JSON.stringify({ inputs: [input], parameters: { binary_data_output: true }, outputs })).outputs).toEqual([
      { name: 'a', isBinary: false },
      { name: 'b', isBinary: true },
    ]);
  });
});

describe('answers', () => {
  const tensors = {
    a: { type: 'float32' as const, data: Float32Array.of(0.1, -2), dims: [1, 2] },
    b: { type: 'int64' as const, data: BigInt64Array.of(2n ** 60n), dims: [1] },
  };
  const names = { model_name: 'm', model_version: '1', id: 'i"1' };

  it('JSON and binary, each output as it is wanted', () => {
    const { body, headers, type } = writeInfer({ ...names, tensors }, [
      { name: 'b', isBinary: false },
      { name: 'a', isBinary: true },
    ]);
    const length = Number(headers!['inference-header-content-length']);
    expect(type).toBe('application/octet-stream');
    expect(body.subarray(0, length).toString()).toContain('"data":[1152921504606846976]');
    expect(JSON.parse(body.subarray(0, length).toString())).toMatchObject({
      id: 'i"1',
      outputs: [{ name: 'b' }, { name: 'a', parameters: { binary_data_size: 8 } }],
    });
    expect(new Float32Array(Uint8Array.from(body.subarray(length)).buffer)).toEqual(tensors.a.data);
  });

  it('says when JSON cannot carry a value', () => {
    const odd = { a: { type: 'float32' as const, data: Float32Array.of(NaN), dims: [1] } };
    expect(refusal(() => writeInfer({ ...names, tensors: odd }, [{ name: 'a', isBinary: false }])).detail).toContain('request binary output');
    expect(writeInfer({ ...names, tensors: odd }, [{ name: 'a', isBinary: true }]).body.length).toBeGreaterThan(4);
  });

  it.each([
    [undefined, undefined],
    ['gzip, deflate, br', 'gzip'],
    ['deflate', 'deflate'],
    ['gzip;q=0.2, deflate;q=0.8', 'deflate'],
    ['gzip;q=0', undefined],
    ['*', 'gzip'],
    ['identity', undefined],
  ])('compresses as Accept-Encoding %p likes it: %p', (header, expected) => expect(acceptedEncoding(header)).toBe(expected));
});
