/** Who asks, and with what, for those who watch. */
export interface Asked {
  readonly requestId: string;
  /** Whom the caller names. */
  readonly user: string | undefined;
  /** The caller that the gateway authenticated. */
  readonly caller: string | undefined;
  /** The input as it was sent; undefined for an item of a batch and a frame of a stream. */
  readonly bytes: Buffer | undefined;
  /** A copy of a request that another version answers: it counts as no prediction, and is no sample. */
  readonly isShadow: boolean;
}
