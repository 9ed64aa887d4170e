import type { SessionSettings } from './session.ts';
import type { Tensors } from './tensor.ts';

/** Where sessions run: on this thread, or on worker threads. One host serves all the models of a service. */
export interface SessionHost {
  /** Runs that could start now. */
  readonly idle: number;
  /** True when a run holds the event loop, so that it should start only after what is waiting there was read. */
  readonly blocking: boolean;
  /** False while no run could succeed, for lack of a living worker. */
  readonly healthy: boolean;
  /** Opens a session for a model. */
  load(key: string, bytes: Uint8Array, settings: SessionSettings): Promise<void>;
  /**
   * Runs a loaded model; a host that blocks gives the outputs back at once.
   *
   * @throws {Problem} `worker-lost` when the worker died under it
   */
  run(key: string, feeds: Tensors): Tensors | Promise<Tensors>;
  /** Calls back once, when a run could start; for callers that found none idle, who are served in the order in which they asked. */
  whenIdle(callback: () => void): void;
  close(): Promise<void>;
}
