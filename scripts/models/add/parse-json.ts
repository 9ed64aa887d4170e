import { readFile } from 'node:fs/promises';
import type { z } from 'zod';

/** JSON of a shape; undefined for anything else. */
export function parseJson<T>(body: Buffer, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(body.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** The same of a file; undefined also where it cannot be read. */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const body = await readFile(path).catch(() => undefined);
  return body && parseJson(body, schema);
}
