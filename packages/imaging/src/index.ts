export { annotate, type AnnotatedBox } from './annotate.ts';
export { decodeGrey } from './decode-grey.ts';
export { inspectImage } from './inspect-image.ts';
export { letterboxImage, type Letterbox, type LetterboxOptions } from './letterbox-image.ts';
export type { ImageFormat, ImageInfo, ImageLimits, Pixels } from './pixels.ts';
export { sniff } from './sniff.ts';
export { toTensor, type TensorOptions } from './to-tensor.ts';
