import { text } from 'node:stream/consumers';
import { compare, distributionOf } from '../../packages/drift/src/index.ts';

/** One comparison of two samples, as the tests in Python send it. */
interface Case {
  readonly sample: readonly number[];
  readonly reference: readonly number[];
  readonly categorical: boolean;
}

// Reads cases as JSON from standard input, and writes what the service would say of each: the tests in Python hold it against SciPy's and Evidently's.
const cases = JSON.parse(await text(process.stdin)) as Case[];
const whole = (values: readonly number[]) => distributionOf(values, values.length);
const results = cases.map(({ sample, reference, categorical }) => {
  const feature = { name: 'x', doc: '', ...(categorical && { categories: [] }) };
  return compare(feature, whole(sample), whole(reference));
});
console.log(JSON.stringify(results));
