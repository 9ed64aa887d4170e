/** One number that is taken of every prediction; NaN where a prediction has none. */
export interface Feature {
  readonly name: string;
  readonly unit?: string;
  /** What it is and why it is watched: one sentence, for the status page. */
  readonly doc: string;
  /** Names of the values 0, 1, 2 … where the number is the index of a class. */
  readonly categories?: readonly string[];
}

/** One prediction: a value a feature, in the order of the features. */
export type Row = ArrayLike<number>;
