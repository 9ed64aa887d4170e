import type { z } from 'zod';

/** A question that one process answers for all of the pod. Payload and result are JSON values, checked by the process that receives them. */
export interface RequestTopic<Payload, Result> {
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
  readonly result: z.ZodType<Result>;
}

/** Something that serving processes are let know of. */
export interface EventTopic<Payload> {
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
}

/** Values of a topic that do not have its form. */
export function misfit(topic: string, what: string, { issues }: z.ZodError): Error {
  const [{ path, message } = { path: [], message: 'invalid' }] = issues;
  return new TypeError(`the ${what} of ${topic} is malformed: ${[path.join('.'), message].filter(Boolean).join(': ').slice(0, 200)}`);
}
