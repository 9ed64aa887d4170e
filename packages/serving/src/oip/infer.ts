import { compress, type Reply, type RequestContext } from '@facet/http';
import type { Manifest, Tensors } from '@facet/inference';
import type { InferCall } from '../task/call.ts';
import type { ServedModel } from '../task/served-model.ts';
import type { DataPlane } from '../plane/data-plane.ts';
import { HttpCall } from '../rest/http-call.ts';
import { predictionHeaders } from '../rest/prediction-headers.ts';
import { oipVersion } from './describe-model.ts';
import { parseInfer, type InferRequest } from './parse-infer.ts';
import { receiveInfer } from './receive-infer.ts';
import { wantedOutputs, writeInfer } from './write-infer.ts';

/** An inference request of the protocol, as the plane takes it. */
class OipCall extends HttpCall implements InferCall<InferRequest, Reply> {
  readonly #jsonMaxDepth: number;

  constructor(context: RequestContext, pinned: string | undefined, jsonMaxDepth: number) {
    super(context, pinned);
    this.#jsonMaxDepth = jsonMaxDepth;
  }

  async receive(): Promise<(manifest: Pick<Manifest, 'inputs'>) => InferRequest> {
    const body = await receiveInfer(this.context, this.context.route.bodyMaxBytes);
    return (manifest) => parseInfer(body, manifest, this.#jsonMaxDepth);
  }

  async respond(request: InferRequest, tensors: Tensors, { manifest, version }: ServedModel): Promise<Reply> {
    const identity = { model_name: manifest.task, model_version: oipVersion(version), id: request.id ?? this.id };
    return compress(writeInfer({ ...identity, tensors }, wantedOutputs(request, manifest)), this.context.request.headers['accept-encoding']);
  }
}

/**
 * Answers one inference request.
 *
 * @param pinned the version that the path names
 */
export async function inferReply<I, A extends object>(
  plane: DataPlane<I, A>,
  context: RequestContext,
  pinned: string | undefined,
  jsonMaxDepth: number,
): Promise<Reply> {
  const { model, response } = await plane.infer(new OipCall(context, pinned, jsonMaxDepth));
  return { ...response, headers: { ...predictionHeaders(model, context.clock), ...response.headers } };
}
