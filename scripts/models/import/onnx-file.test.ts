import fc from 'fast-check';
import { CommandError } from '../command.ts';
import { tinyYolov8 } from './fixtures/tiny-models.ts';
import { block, initializer, integer, node, onnxModel } from './fixtures/onnx-writer.ts';
import { readOnnx } from './onnx-file.ts';
import { readFields, readNumbers } from './protobuf.ts';

describe('readOnnx', () => {
  it('reads opset, producer, metadata and counts', () => {
    expect(readOnnx(tinyYolov8({ names: "{0: 'a'}" }), 'x')).toEqual({
      opset: 13,
      producer: 'by hand',
      metadata: new Map([['names', "{0: 'a'}"]]),
      parameters: 6 * 3 * 256 + 6 * 16,
      layers: 1,
      isSplit: false,
      precision: 'fp32',
    });
  });

  it('sees weights that lie in another file', () => {
    const split = block(5, [integer(1, 2), integer(2, 1), integer(14, 1)]);
    expect(readOnnx(onnxModel([split, node('Gemm', ['a', 'b'], 'c')]), 'x')).toMatchObject({ isSplit: true, parameters: 2, layers: 1 });
  });

  it('takes the standard operators’ version, and counts numbers of weights only', () => {
    const model = Uint8Array.from([
      ...onnxModel([initializer('shape', [3], [1, 2, 3], 'int64'), initializer('scale', [], [2])]),
      ...block(8, [block(1, 'com.microsoft'), integer(2, 99)]),
    ]);
    expect(readOnnx(model, 'x')).toMatchObject({ opset: 13, parameters: 0, layers: 0 });
  });

  it('never does worse than a sentence, whatever the bytes', () => {
    const model = tinyYolov8();
    const damaged = fc.record({ at: fc.nat(model.length - 1), byte: fc.nat(255), length: fc.nat(model.length) }).map(({ at, byte, length }) => {
      const copy = model.slice(0, length);
      copy[at] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), (bytes) => {
        try {
          readOnnx(bytes, 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('readFields', () => {
  it('reads numbers, packed or not, and refuses lengths that lie', () => {
    const [plain, packed] = [...readFields(Uint8Array.of(0x08, 0x96, 0x01, 0x12, 0x03, 0x01, 0x96, 0x01))];
    expect([readNumbers(plain!), readNumbers(packed!)]).toEqual([[150], [1, 150]]);
    expect(() => [...readFields(Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0xff, 0x0f))]).toThrow('a field reaches beyond its message');
    expect(() => [...readFields(Uint8Array.of(0x08, ...Array.from({ length: 11 }, () => 0xff)))]).toThrow('a number is too long');
    expect(() => [...readFields(Uint8Array.of(0x08))]).toThrow('a number ends too early');
  });
});
