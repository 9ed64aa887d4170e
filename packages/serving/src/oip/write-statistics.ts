import type { OipStatistics } from '@facet/contracts';
import type { InferStatistics } from '../plane/statistics.ts';
import { oipVersion } from './describe-model.ts';

const inNanoseconds = ({ count, seconds }: InferStatistics['success']) => ({ count, ns: Math.round(seconds * 1e9) });

/** Statistics under the names of the protocol. */
export function writeStatistics(task: string, statistics: readonly InferStatistics[]): OipStatistics {
  return {
    model_stats: statistics.map(({ version, rows, runs, success, fail, stages }) => ({
      name: task,
      version: oipVersion(version),
      inference_count: rows,
      execution_count: runs,
      inference_stats: {
        success: inNanoseconds(success),
        fail: inNanoseconds(fail),
        queue: inNanoseconds(stages.queue),
        compute_input: inNanoseconds(stages.preprocess),
        compute_infer: inNanoseconds(stages.infer),
        compute_output: inNanoseconds(stages.postprocess),
      },
    })),
  };
}
