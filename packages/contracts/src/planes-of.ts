import type { Operation, Plane } from './operation.ts';

/** Finds the plane of a path as operations write it, parameters in braces; a path that is not among them is public. */
export function planesOf(operations: Iterable<Pick<Operation, 'path' | 'plane'>>): (path: string) => Plane {
  const planes = new Map<string, Plane>();
  for (const { path, plane } of operations) if (plane !== undefined) planes.set(path, plane);
  return (path) => planes.get(path) ?? 'public';
}
