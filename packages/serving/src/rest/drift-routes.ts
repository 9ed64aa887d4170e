import { referenceUpdate, type InferenceOperations } from '@facet/contracts';
import { statusPage, statusPagePolicy } from '@facet/drift';
import type { Reply, RequestContext, Shell } from '@facet/http';
import { IpcError, sendRequest } from '@facet/ipc';
import { Problem, type ProblemCode } from '@facet/problem';
import * as topics from '../observe/topics.ts';
import { jsonOf } from './json-of.ts';

/** What drift detection refuses, as a client sees it. */
const refusals: Readonly<Record<string, ProblemCode>> = {
  UnwatchedVersion: 'unknown-version',
  UnusableRows: 'invalid-field',
  TooFewPredictions: 'too-few-predictions',
};

/**
 * Declares the calls about drift.
 *
 * @param flush hands on what this process has noted, so that who asks sees what was answered before
 */
export function declareDriftRoutes(
  shell: Shell,
  { driftStatus, referenceUpdate: update }: Pick<InferenceOperations, 'driftStatus' | 'referenceUpdate'>,
  flush: () => Promise<void>,
): void {
  const afterFlush = (reply: (context: RequestContext) => Promise<Reply>) => async (context: RequestContext) => {
    await flush();
    return reply(context);
  };
  shell.serve(driftStatus, afterFlush(statusReply));
  shell.serve(update, afterFlush(updateReply));
}

async function statusReply({ request }: RequestContext): Promise<Reply> {
  const status = await sendRequest(topics.driftStatus, null);
  const headers = { 'cache-control': 'no-store' };
  if (!request.headers.accept?.includes('text/html')) return { body: status, headers };
  return { body: statusPage(status), type: 'text/html; charset=utf-8', headers: { ...headers, 'content-security-policy': statusPagePolicy } };
}

async function updateReply({ received }: RequestContext): Promise<Reply> {
  const wanted = jsonOf(referenceUpdate, received, {});
  try {
    return { body: await sendRequest(topics.driftUpdate, wanted) };
  } catch (error) {
    const code = error instanceof IpcError ? refusals[error.name] : undefined;
    throw code
      ? new Problem(code, (error as Error).message, code === 'invalid-field' ? { errors: [{ pointer: '/rows', detail: (error as Error).message }] } : {})
      : error;
  }
}
