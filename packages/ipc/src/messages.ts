import { z } from 'zod';

const messageSchema = z.discriminatedUnion('facet', [
  /** From a serving process to the one above it. */
  z.object({ facet: z.literal('request'), id: z.int(), topic: z.string(), payload: z.unknown().optional() }),
  /** Its answer, or why there is none. */
  z.object({ facet: z.literal('response'), id: z.int(), result: z.unknown().optional() }),
  z.object({ facet: z.literal('failure'), id: z.int(), name: z.string(), message: z.string() }),
  /** From the process above to a serving process. */
  z.object({ facet: z.literal('event'), topic: z.string(), payload: z.unknown().optional() }),
]);

/** What the processes of a pod send each other. */
export type Message = z.infer<typeof messageSchema>;

/** The message that came; undefined for what others send over the same channel. */
export function readMessage(value: unknown): Message | undefined {
  return messageSchema.safeParse(value).data;
}
