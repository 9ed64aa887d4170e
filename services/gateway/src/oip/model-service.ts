import type { Reply, RequestContext } from '@facet/http';

/** A service as the calls of the Open Inference Protocol need it. */
export interface ModelService {
  /** The name of its model. */
  readonly task: string;
  /** Versions that it serves, `v1` … */
  readonly available: readonly string[];
  /** Routes and forwards a request as it came. */
  readonly forward: (context: RequestContext) => Promise<Reply>;
  /**
   * Asks who answers for a version.
   *
   * @throws {Problem} `upstream-unavailable`
   */
  readonly ask: (version: string, path: string) => Promise<{ readonly status: number; readonly body: Buffer }>;
}
