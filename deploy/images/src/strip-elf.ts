const page = 0x1000n;
const loadable = 1;
const headers = { at: 0x20, size: 0x36, count: 0x38 };
const sections = { at: 0x28, size: 0x3a, count: 0x3c, names: 0x3e };
const segment = { offset: 0x08, bytes: 0x20, alignment: 0x30 };

/**
 * An ELF program without what no loader reads: symbols, debugging data and the table of sections, which lie behind the loadable
 * segments, and the padding between those, megabytes where a segment asks for huge pages. As `sstrip` does; the image that builds has
 * no binutils.
 *
 * @param file a 64-bit little-endian ELF file
 * @throws {Error} when it is none
 */
export function stripElf(file: Buffer): Buffer {
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) throw new Error('not a 64-bit little-endian ELF file');
  const [tableAt, size, count] = [Number(file.readBigUInt64LE(headers.at)), file.readUInt16LE(headers.size), file.readUInt16LE(headers.count)];
  const table = Array.from({ length: count }, (_, index) => {
    const at = tableAt + size * index;
    return { at, type: file.readUInt32LE(at), offset: file.readBigUInt64LE(at + segment.offset), bytes: file.readBigUInt64LE(at + segment.bytes) };
  });

  // A page of the file is mapped to a page of memory, so each segment keeps its place within a page.
  let end = 0n;
  const moved = table
    .filter(({ type }) => type === loadable)
    .map(({ offset, bytes }) => {
      const start = ((end + page - 1n) / page) * page + (offset % page);
      end = start + bytes;
      return { offset, bytes, start };
    });
  const stripped = Buffer.alloc(Number(end));
  for (const { offset, bytes, start } of moved) file.copy(stripped, Number(start), Number(offset), Number(offset + bytes));

  // All other entries of the table point into one of those.
  for (const { at, offset, bytes } of table) {
    const within = moved.find((other) => bytes > 0n && offset >= other.offset && offset + bytes <= other.offset + other.bytes);
    if (within) stripped.writeBigUInt64LE(offset - within.offset + within.start, at + segment.offset);
    if (file.readBigUInt64LE(at + segment.alignment) > page) stripped.writeBigUInt64LE(page, at + segment.alignment);
  }
  stripped.writeBigUInt64LE(0n, sections.at);
  for (const field of [sections.size, sections.count, sections.names]) stripped.writeUInt16LE(0, field);
  return stripped;
}
