import { fileField, type Form } from './multipart.ts';

/** As browsers, curl and the usual libraries write it. */
const plainDisposition = /^content-disposition: form-data; name="([\w.-]{1,64})"(?:; filename="([\w .()-]{1,200})")?$/i;
const plainPartType = /^content-type: [\w.+-]+\/[\w.+-]+$/i;
const ascii = /^[\0-\x7f]*$/;

const maxHeadBytes = 512;
const maxFieldBytes = 65_536;
const maxFields = 32;
const lineEnd = Buffer.from('\r\n\r\n');
const [carriageReturn, lineFeed, dash] = [0x0d, 0x0a, 0x2d];

/**
 * Takes the usual kind of form apart by looking for its boundary, without copying: a tenth of what a streaming parser costs.
 *
 * It understands so little that it cannot disagree with the parser: whatever has another header, an odd name, an empty part or an
 * irregular end is left to it, and so is everything that is to be refused.
 *
 * @returns undefined when this is a form for `parseMultipart`
 */
export function splitPlainForm(body: Buffer, boundary: string, maxFiles: number): Form | undefined {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  let at = delimiter.length - 2;
  if (body.length < at || body.compare(delimiter, 2, delimiter.length, 0, at) !== 0) return undefined;

  const fields: [string, string][] = [];
  const files: { field: string; bytes: Buffer }[] = [];
  for (let parts = 0; parts < maxFields; parts++) {
    if (body[at] === dash && body[at + 1] === dash) {
      const isWhole = at + 2 === body.length || (at + 4 === body.length && body[at + 2] === carriageReturn && body[at + 3] === lineFeed);
      return isWhole && parts > 0 ? { fields, files } : undefined;
    }
    if (body[at] !== carriageReturn || body[at + 1] !== lineFeed) return undefined;
    const headAt = at + 2;
    const headEnd = body.indexOf(lineEnd, headAt);
    if (headEnd < 0 || headEnd - headAt > maxHeadBytes) return undefined;
    const [disposition, type, more] = body.toString('latin1', headAt, headEnd).split('\r\n');
    const names = plainDisposition.exec(disposition ?? '');
    if (!names || more !== undefined || (type !== undefined && !plainPartType.test(type))) return undefined;
    const from = headEnd + lineEnd.length;
    // From the head's own end, for the boundary may share its line break with it.
    const to = body.indexOf(delimiter, headEnd);
    if (to <= from) return undefined;

    const [, field, filename] = names;
    if (filename !== undefined || field === fileField) {
      if (files.length === maxFiles) return undefined;
      files.push({ field: field!, bytes: body.subarray(from, to) });
    } else {
      const value = to - from > maxFieldBytes || type !== undefined ? undefined : body.toString('latin1', from, to);
      if (value === undefined || !ascii.test(value)) return undefined;
      fields.push([field!, value]);
    }
    at = to + delimiter.length;
  }
  return undefined;
}
