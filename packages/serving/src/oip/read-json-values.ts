import type { OipDatatype } from '@facet/contracts';
import { Problem } from '@facet/problem';
import { numericType, type NumericValues, type Values } from '../task/datatypes.ts';

interface Described {
  readonly name: string;
  readonly datatype: OipDatatype;
  readonly shape: readonly number[];
}

/**
 * Reads values that were sent as JSON, nested as the shape says or flat.
 *
 * @param count elements of the shape
 * @throws {Problem} `invalid-inference`
 */
export function readJsonValues(tensor: Described, data: readonly unknown[], count: number): Values {
  const { name, datatype, shape } = tensor;
  const flat = Array.isArray(data[0]) ? flatten(name, data, shape) : data;
  if (flat.length !== count) throw misfit(name, `[${shape.join(',')}] needs ${count} values, found ${flat.length}`);
  if (datatype === 'BYTES') return flat.map((value) => toBytes(name, value));
  if (datatype === 'FP16') throw misfit(name, 'FP16 has no form in JSON; send it in binary');
  const values = new (numericType(datatype).array)(count);
  fill(values, flat, tensor);
  return values;
}

function misfit(name: string, detail: string): Problem {
  return new Problem('invalid-inference', `input '${name.slice(0, 80)}': ${detail}`);
}

function flatten(name: string, data: readonly unknown[], shape: readonly number[]): unknown[] {
  const values: unknown[] = [];
  const walk = (level: unknown, axis: number): void => {
    if (!Array.isArray(level) || level.length !== shape[axis]) throw misfit(name, `the data is not nested as the shape [${shape.join(',')}] says`);
    if (axis === shape.length - 1) for (const value of level) values.push(value);
    else for (const next of level) walk(next, axis + 1);
  };
  walk(data, 0);
  return values;
}

function toBytes(name: string, value: unknown): Buffer {
  if (typeof value !== 'string') throw misfit(name, 'expected strings, for the type is BYTES');
  return Buffer.from(value, 'utf8');
}

function fill(values: NumericValues, flat: readonly unknown[], { name, datatype }: Described): void {
  if (datatype === 'BOOL') {
    for (const [at, value] of flat.entries()) {
      if (typeof value !== 'boolean') throw misfit(name, `element ${at}: expected true or false`);
      values[at] = value ? 1 : 0;
    }
    return;
  }
  const { range } = numericType(datatype as 'INT8');
  if (range === undefined) {
    for (let at = 0; at < flat.length; at += 1) {
      const value = flat[at];
      // What is too large for the type, such as 1e39 for FP32, becomes infinite in it.
      if (typeof value !== 'number' || !Number.isFinite((values[at] = value))) throw misfit(name, `element ${at}: expected a number of type ${datatype}`);
      if (!Number.isFinite(values[at])) throw misfit(name, `element ${at}: too large for ${datatype}`);
    }
    return;
  }
  const isLong = typeof range[0] === 'bigint';
  for (const [at, value] of flat.entries()) {
    const whole = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
    if (!whole || value < range[0] || value > range[1])
      throw misfit(
        name,
        `element ${at}: expected a whole number of type ${datatype}${isLong && typeof value === 'number' ? ' that JSON can hold exactly; send larger ones in binary' : ''}`,
      );
    values[at] = (isLong ? BigInt(value) : Number(value)) as number;
  }
}
