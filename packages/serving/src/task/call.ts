import type { OipDatatype } from '@facet/contracts';
import type { Manifest, Tensors, Work } from '@facet/inference';
import type { Values } from './datatypes.ts';
import type { ServedModel } from './served-model.ts';

/** Who calls, for logs and for what observes predictions. */
export interface CallMeta {
  /** Id of the request; an item of a batch and a frame of a stream has one of its own. */
  readonly id: string;
  /** The user that the caller names, for sticky versions. */
  readonly user: string | undefined;
  /** The caller that the gateway authenticated. */
  readonly caller: string | undefined;
  /** A copy of a request that another version answers: it counts as no prediction, and is no sample. */
  readonly isShadow: boolean;
}

/** What every call of the data plane carries, whatever protocol it came by: who calls, the deadline, the stage clock. */
export interface Call extends CallMeta, Work {
  /** The version that must answer, or `ensemble`; undefined leaves the choice to the weights. */
  readonly version: string | undefined;
  /** What the log says of the call: the plane adds the version and a summary of the answer. */
  readonly notes: Record<string, unknown>;
}

/** An input as it was sent: a file, or a document such as JSON describes. */
export type Payload =
  | {
      readonly kind: 'file';
      readonly bytes: Buffer;
      /** Options that came with the file; they win over those of the call. */
      readonly options?: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'document';
      readonly value: unknown;
      /** Its text; undefined for a part of a larger document. */
      readonly bytes?: Buffer;
    };

/** A call for an answer of the task. */
export interface PredictCall extends Call {
  /**
   * The options of the call, by name. Read once the version is chosen.
   *
   * @throws {Problem} when they are invalid; no prediction is counted
   */
  options(): Readonly<Record<string, unknown>>;
  /**
   * The input. Read once the version is chosen.
   *
   * @throws {Problem} when there is none; counted as a failed prediction
   */
  input(): Payload;
}

/** One named tensor of a request. */
export interface InputTensor {
  readonly name: string;
  readonly datatype: OipDatatype;
  readonly shape: readonly number[];
  readonly values: Values;
  /** Each item of BYTES is text, in which bytes that are no text are base64. */
  readonly isText: boolean;
}

/** Tensors for a model, not yet compared with what it takes. */
export interface TensorRequest {
  readonly inputs: readonly InputTensor[];
  /** The outputs that are wanted, in this order; all of them where there are none. */
  readonly outputs: readonly { readonly name: string }[] | undefined;
}

/**
 * A call for the outputs of a model.
 *
 * @template Request what the protocol makes of a request
 * @template Response what it makes of the outputs
 */
export interface InferCall<Request extends TensorRequest, Response> extends Call {
  /**
   * Receives the request, then reads it for one model after another, as their types and shapes may differ.
   *
   * @throws {Problem} when it cannot be read; counted as a failed prediction
   */
  receive(): Promise<(manifest: Pick<Manifest, 'inputs'>) => Request>;
  /**
   * Writes the response, as a part of the call: its time is in the stage `postprocess`, its failure is the call's.
   *
   * @param outputs of the model by name, one row for each row or item of the request
   */
  respond(request: Request, outputs: Tensors, model: ServedModel): Promise<Response>;
}
