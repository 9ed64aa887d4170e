import type { RequestContext } from '@facet/http';
import type { Call } from '../task/call.ts';

/** A request over HTTP, as the plane takes it. */
export class HttpCall implements Call {
  readonly id: string;
  readonly user: string | undefined;
  readonly caller: string | undefined;
  readonly isShadow: boolean;
  readonly version: string | undefined;
  readonly deadlineAt: number;
  readonly clock: RequestContext['clock'];
  readonly notes: Record<string, unknown>;
  protected readonly context: RequestContext;

  /** @param pinned the version that the path names; it wins over the header */
  constructor(context: RequestContext, pinned: string | undefined) {
    this.id = context.id;
    this.user = context.user;
    this.caller = context.caller;
    this.isShadow = context.isShadow;
    this.version = pinned ?? context.forcedVersion;
    this.deadlineAt = context.deadlineAt;
    this.clock = context.clock;
    this.notes = context.notes;
    this.context = context;
  }

  get cancelled(): boolean {
    return this.context.cancelled;
  }
}
