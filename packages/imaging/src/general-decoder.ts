import type sharp from 'sharp';

type Sharp = typeof sharp;

let opening: Promise<Sharp> | undefined;

/** Sharp, loaded when it is first needed: many a digit service never sees a picture that is not plain, and starts sooner and smaller. */
export function openGeneralDecoder(): Promise<Sharp> {
  opening ??= open();
  return opening;
}

async function open(): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  // Every request brings another picture, so a cache of operations only holds memory.
  sharp.cache(false);
  // Requests are what runs in parallel: threads inside one picture would only compete with the models for the same cores.
  sharp.concurrency(1);
  // What is sniffed is all that libvips may open: its loaders for SVG and PDF are attack surface without a use here.
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpegBuffer',
      'VipsForeignLoadPngBuffer',
      'VipsForeignLoadWebpBuffer',
      'VipsForeignLoadNsgifBuffer',
      'VipsForeignLoadTiffBuffer',
      // Of its formats only AVIF is sniffed, and only that can be decoded.
      'VipsForeignLoadHeifBuffer',
    ],
  });
  return sharp;
}
