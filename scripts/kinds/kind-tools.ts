import type { Writer } from '../samples/writer.ts';
import type { Change } from '../samples/drifted.ts';
import type { Evaluator } from '../models/evaluate/evaluator.ts';
import type { GoldenFiles } from '../models/import/golden-files.ts';
import type { Labels } from '../models/import/labels.ts';
import type { ImportOptions, Preparation, PreparationOption } from '../models/import/options.ts';
import type { Opened } from '../models/import/probe.ts';
import type { Understood } from '../models/import/understood.ts';
import type { ReferenceData } from '../models/reference/reference-data.ts';
import type { Manifest } from '../../packages/inference/src/index.ts';

/** A model file that is imported. */
export interface Candidate {
  readonly model: Opened;
  /** Class names, where the model or `--labels` gives them. */
  readonly labels: Labels | undefined;
  /** What its exporter wrote into the file. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly options: ImportOptions;
  /** Called with what was assumed. */
  readonly note: (line: string) => void;
}

/** What the commands of this folder know of a kind: `scripts/kinds/<kind>.ts` exports it as `tools`. */
export interface KindTools {
  /** How the models of this kind take their input: `preprocessing.kind` of their manifests. */
  readonly preprocessing: Manifest['preprocessing']['kind'];
  /** An input in the repository, its media type, and what the answer of a built-in model matches. */
  readonly example: { readonly file: string; readonly type: string; readonly answer: RegExp };
  readonly golden: GoldenFiles;
  readonly importing: {
    /** Options of `models import` about the preparation of inputs that models of this kind take. */
    readonly options: readonly PreparationOption[];
    /** Says why the options do not fit, or nothing when they do. */
    refuse?(options: Preparation): string | undefined;
    /** Whether several classes may have one name. */
    readonly sharesNames?: boolean;
    /** Python packages that export its weights; torch by default. */
    readonly exporters?: string;
    /** @throws {CommandError} that says what was expected and what was found */
    understand(candidate: Candidate): Promise<Understood>;
  };
  /** The data sets that its models are measured on. */
  readonly evaluators: readonly Evaluator[];
  /** Which of these shows what an ensemble gains, and the metrics that do. */
  readonly ensemble?: { readonly evaluator: Evaluator; readonly metrics: readonly string[] };
  /** What the built-in models are made for; undefined for a kind that has none. */
  readonly reference?: ReferenceData;
  /** The formats in which labelled samples are exported; the first is the default. */
  readonly writers: Readonly<Record<string, Writer>>;
  /** A change of the inputs that `samples walk` retrains for. */
  readonly retraining?: {
    change(): Change;
    /** From which on samples are kept, 0 to 1. */
    readonly uncertaintyThreshold: number;
    /** The class of an answer. */
    labelOf(answer: unknown): string;
  };
}
