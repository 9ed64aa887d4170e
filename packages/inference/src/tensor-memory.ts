import { ownMemory, type Tensors } from './tensor.ts';

/** Arrays of one length that are kept for the next; and lengths that are kept: a service has few models. */
const [maxArrays, maxLengths] = [4, 4];
const free = new Map<number, Float32Array[]>();

/**
 * Memory for a tensor; what it holds is left from another, so all of it must be written.
 *
 * A picture's tensor is a megabyte. Made anew for each request, such memory makes the collector go over the whole heap some times a second.
 */
export function takeFloats(length: number): Float32Array {
  return free.get(length)?.pop() ?? new Float32Array(length);
}

/** Hands memory back that nobody looks at any more; what is not kept is freed. */
export function giveFloats(data: Float32Array): void {
  const known = free.get(data.length);
  if (known && known.length < maxArrays) known.push(data);
  else if (!known && free.size < maxLengths) free.set(data.length, [data]);
  else (data.buffer as ArrayBuffer).transfer(0);
}

/**
 * Frees tensors that nobody looks at any more, now. V8 does not see how large they are until 64 MB have come together; meanwhile ONNX
 * Runtime cannot use that memory again.
 */
export function freeTensors(tensors: Tensors): void {
  for (const memory of ownMemory(tensors)) memory.transfer(0);
}
