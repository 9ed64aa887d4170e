import { z } from 'zod';

/** A map with these keys and no others, each optional: what is mistyped is refused, what is left out has its default. */
export function block<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape).partial();
}

export const text = z.string();
export const flag = z.boolean();
export const words = z.record(z.string(), z.string());
/** Any object of Kubernetes: the API server knows better what belongs in it. */
export const anything = z.record(z.string(), z.unknown());
export const list = z.array(anything);
/** Bytes, such as `64MiB`; text only, since Helm writes large numbers as `1e+06`. Empty leaves the default. */
export const size = z.string().regex(/^$|^\d+(KiB|MiB|GiB)?$/);
/** Kubernetes quantities and `50%` may be written as numbers or text. */
export const amount = z.union([z.string(), z.number()]);

export function whole(min: number, max = 1_000_000) {
  return z.int().min(min).max(max);
}

export function time() {
  return z.string().regex(/^\d+(ms|s|m|h)$/);
}

/** Of something a second; `helm --set` makes text of what is not whole. */
export const rate = z.union([z.number().min(0), z.string().regex(/^\d+(\.\d+)?$/)]);
