/** What the client in the pod is told to do. */
export interface LoadJob {
  /** Address of the gateway, or of the ingress before it. */
  readonly target: string;
  /** Name that is asked for, where the ingress serves several. */
  readonly host?: string;
  /** Share of each task. */
  readonly mix: Readonly<Record<string, number>>;
  /** The kind of each task that does not have the name of its kind: it says what the task takes. */
  readonly kinds?: Readonly<Record<string, string>>;
  /** Path below the task; `predict` by default. */
  readonly call?: string;
  /** Open loop: arrivals a second. Without it every connection asks again as soon as it has its answer. */
  readonly rate?: number;
  readonly connections?: number;
  /** Ends after so many requests or seconds, or else when the test says so. */
  readonly count?: number;
  readonly seconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Each request comes from one of so many users. */
  readonly users?: number;
  readonly timeoutMs?: number;
  readonly seed?: number;
}

export interface LoadResult {
  readonly sent: number;
  readonly failed: number;
  /** The first of them. */
  readonly failures: { task: string; what: string; atSeconds: number }[];
  /** Answers by task and version. */
  readonly versions: Partial<Record<string, Record<string, number>>>;
  readonly users: { readonly seen: number; readonly withSeveralVersions: number };
  readonly perSecond: number;
  readonly seconds: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly p999: number; readonly max: number };
}
