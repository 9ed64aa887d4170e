import { sniff } from './sniff.ts';

/** What a file of an image is called and sent as, by its content. */
export function fileTypeOf(bytes: Uint8Array): { readonly extension: string; readonly contentType: string } {
  const format = sniff(bytes);
  if (format === undefined) return { extension: 'bin', contentType: 'application/octet-stream' };
  return { extension: format === 'jpeg' ? 'jpg' : format, contentType: `image/${format}` };
}
