import type { ImageFormat } from './pixels.ts';

function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  if (bytes.length < at + text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** The format by magic number, never by name or header; undefined when it is none that is decoded here. */
export function sniff(bytes: Uint8Array): ImageFormat | undefined {
  if (startsWith(bytes, '\xff\xd8\xff')) return 'jpeg';
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'png';
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'webp';
  if (startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')) return 'gif';
  if (startsWith(bytes, 'II*\0') || startsWith(bytes, 'MM\0*')) return 'tiff';
  if (startsWith(bytes, 'BM')) return 'bmp';
  if (startsWith(bytes, 'ftypavif', 4)) return 'avif';
  return undefined;
}

const heic = 'a HEIC image, which needs converting to JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)';

const others: readonly [magic: string, at: number, name: string][] = [
  ['ftyphei', 4, heic],
  ['ftyphev', 4, heic],
  ['ftypmif1', 4, heic],
  ['ftyp', 4, 'a video or HEIF file'],
  ['%PDF', 0, 'a PDF document'],
  ['PK\x03\x04', 0, 'a ZIP archive'],
  ['\x1f\x8b', 0, 'gzip data'],
];

/** Names what a file is instead of an image, in words for its sender. */
export function describeContent(bytes: Uint8Array): string {
  const known = others.find(([magic, at]) => startsWith(bytes, magic, at));
  if (known) return known[2];
  const head = bytes.subarray(0, 512);
  const isText = head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
  if (!isText) return 'data of an unknown kind';
  const text = Buffer.from(head).toString('latin1').trimStart();
  if (/^<(\?xml|svg|!--)/i.test(text)) return 'XML or SVG text';
  if (/^<(!doctype html|html)/i.test(text)) return 'an HTML page';
  return /^data:image\//i.test(text) ? 'a data URL (send the bytes that it encodes)' : 'text';
}
