/** Where a chain ends, to go on from there. */
export interface ChainEnd {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
  /** What a write that was cut off had left, and that was taken away. */
  readonly torn?: { readonly bytes: number; readonly sha256: string };
}

/** Where records are kept; only ever appended to. */
export interface AuditSink {
  readonly location: string;
  /** Where the chain that is there ends; undefined starts a new one. */
  open(): Promise<ChainEnd | undefined>;
  /** Appends lines, all of them or, where it throws, none that would stay. */
  append(lines: readonly string[]): Promise<void>;
  /** Takes the personal parts out of records that are older. */
  forget(before: Date): Promise<void>;
  close(): Promise<void>;
}
