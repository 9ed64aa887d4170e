import type { RequestContext } from '@facet/http';
import type { Forwarded } from '../pipeline/pipeline.ts';

/** A service as the calls of the Open Inference Protocol need it. */
export interface ModelService {
  /** The name of its model. */
  readonly task: string;
  /** Versions that it serves, `v1` … */
  readonly available: readonly string[];
  /** Forwards a request as it came, or to the version that is named. */
  readonly forward: (context: RequestContext, version?: string) => Promise<Forwarded>;
  /**
   * Asks who answers for a version.
   *
   * @throws {Problem} `upstream-unavailable`
   */
  readonly ask: (version: string, path: string) => Promise<{ readonly status: number; readonly body: Buffer }>;
}
