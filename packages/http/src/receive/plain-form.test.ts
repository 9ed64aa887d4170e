import fc from 'fast-check';
import { parseMediaType } from './media-type.ts';
import { parseMultipart } from './multipart.ts';
import { splitPlainForm } from './plain-form.ts';

const maxFiles = 2;
const boundary = fc.constantFrom('xYz', '----WebKitFormBoundaryAaBb', 'a.b:c');
const name = fc.constantFrom('file', 'conf_threshold', '__proto__', 'a b', '', 'ü', 'x'.repeat(70));
const content = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.constantFrom('0.5', '', '\r\n', '\r\n--', '--xYz', '\r\n--xY\r\n', '\r\n--xYz', '\r\n--xYz--', '\r\n\r\n'),
);
const usually = <T>(value: T, ...odd: readonly T[]) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(value) }, { weight: 2, arbitrary: fc.constantFrom(...odd) });
const part = fc.oneof(
  fc.record({
    name,
    filename: usually<string | undefined>('a.png', '../a.png', '', 'a"b', 'bild ü.png', undefined),
    type: usually<string | undefined>('image/png', 'application/octet-stream', 'text/plain; charset=latin1', '', 'nothing', undefined),
    extra: usually<string | undefined>(undefined, 'content-transfer-encoding: base64', 'x: y', ' folded'),
    content,
  }),
  fc.record({ name, filename: fc.constant(undefined), type: fc.constant(undefined), extra: fc.constant(undefined), content }),
);
const form = fc.record({
  boundary,
  quoted: fc.boolean(),
  suffix: usually('', '; charset=utf-8'),
  parts: fc.array(part, { minLength: 1, maxLength: 4 }),
  preamble: usually('', 'hello\r\n', '\r\n'),
  ending: usually('--\r\n', '--', '', '\r\n', '--more', '-'),
});

function serialise({ boundary: mark, quoted, suffix, parts, preamble, ending }: typeof form extends fc.Arbitrary<infer T> ? T : never): [Buffer, string] {
  const text = parts.map((each) => {
    const lines = [`Content-Disposition: form-data; name="${each.name}"${each.filename === undefined ? '' : `; filename="${each.filename}"`}`];
    if (each.type !== undefined) lines.push(`Content-Type: ${each.type}`);
    if (each.extra !== undefined) lines.push(each.extra);
    return `--${mark}\r\n${lines.join('\r\n')}\r\n\r\n${each.content}\r\n`;
  });
  const type = `multipart/form-data; boundary=${quoted ? `"${mark}"` : mark}${suffix}`;
  return [Buffer.from(`${preamble}${text.join('')}--${mark}${ending}`, 'latin1'), parseMediaType(type).boundary!];
}

/** Changes a few bytes, which are then often out of place. */
const damage = fc.oneof(
  fc.constant([]),
  fc.array(fc.record({ at: fc.nat(400), byte: fc.oneof(fc.constantFrom(0x0d, 0x0a, 0x2d, 0x22, 0x3a, 0x20), fc.nat(255)) }), { maxLength: 3 }),
);

async function busboy(body: Buffer, type: string): Promise<object | string> {
  try {
    const { fields, files } = await parseMultipart(body, type, maxFiles);
    return { fields, files: files.map(({ field, bytes }) => ({ field, bytes: bytes.toString('latin1') })) };
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('splitPlainForm', () => {
  it('finds what the parser finds, or leaves it to the parser', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(form, damage, async (made, changes) => {
        const [body, type] = serialise(made);
        for (const { at, byte } of changes) if (at < body.length) body[at] = byte;
        const plain = splitPlainForm(body, type, maxFiles);
        if (!plain) return;
        taken += 1;
        const { fields, files } = plain;
        expect({ fields, files: files.map(({ field, bytes }) => ({ field, bytes: bytes.toString('latin1') })) }).toEqual(await busboy(body, type));
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it.each([
    ['curl', 'multipart/form-data; boundary=------------------------d74496d66958873e', '------------------------d74496d66958873e'],
    ['a browser', 'multipart/form-data; boundary=----WebKitFormBoundaryAaBb', '----WebKitFormBoundaryAaBb'],
    ['requests', 'multipart/form-data; boundary=2f1c', '2f1c'],
  ])('takes what %s writes', (_who, type, mark) => {
    const bytes = Buffer.from([0, 255, 13, 10, 45, 45]);
    const head = `--${mark}\r\nContent-Disposition: form-data; name="file"; filename="photo 1.png"\r\nContent-Type: image/png\r\n\r\n`;
    const tail = `\r\n--${mark}\r\nContent-Disposition: form-data; name="conf_threshold"\r\n\r\n0.5\r\n--${mark}--\r\n`;
    const found = splitPlainForm(Buffer.concat([Buffer.from(head), bytes, Buffer.from(tail)]), parseMediaType(type).boundary!, 1)!;
    expect(found.files).toEqual([{ field: 'file', bytes }]);
    expect(found.fields).toEqual([['conf_threshold', '0.5']]);
  });

  it.each(['', '-', '--fuzz', '--fuzzboundary', '--fuzzboundary-'])('leaves a body of no more than %j to the parser', (body) =>
    expect(splitPlainForm(Buffer.from(body), 'fuzzboundary', 1)).toBeUndefined(),
  );
});
