import type { Access } from '@facet/contracts';

/** The route that a request matched; what is decided about a request is decided by it and not by the text of its target. */
export interface MatchedRoute {
  /** As it is declared, parameters in braces; `unmatched` for none. */
  readonly path: string;
  readonly access: Access;
  /** The task that it belongs to; undefined where it belongs to none, or where its parameter `model` names the task. */
  readonly task?: string | undefined;
  /** Its clients read errors of the Open Inference Protocol. */
  readonly isOip: boolean;
  /** Largest body that it takes. */
  readonly bodyMaxBytes: number;
}
