/** Who asks, and with what, for those who watch. */
export interface Asked {
  readonly requestId: string;
  readonly user: string | undefined;
  /** The input as it was sent; undefined for an item of a batch and a frame of a stream. */
  readonly bytes: Buffer | undefined;
}
