import { Problem } from '@facet/problem';

/** More elements than any body can hold. */
const most = 2 ** 31;

/**
 * Elements of a tensor of a shape.
 *
 * Counted with care: a product such as 16 * (2^60 + 2) overflows 64 bits to a small number, and one with a 0 hides the rest.
 *
 * @throws {Problem} `invalid-inference`
 */
export function countElements(name: string, shape: readonly number[]): number {
  const refuse = (): never => {
    throw new Problem('invalid-inference', `input '${name.slice(0, 80)}' has the shape [${shape.join(',')}], which is too large`);
  };
  let count = 1;
  for (const size of shape) {
    if (size > most) refuse();
    count *= size;
    if (count > most) refuse();
  }
  return count;
}
