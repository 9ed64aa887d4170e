/**
 * What work comes to, or undefined when it takes longer than that.
 *
 * On a busy event loop the answer may have come and not been read when the time is over: it gets one turn more.
 */
export async function withTimeout<T>(work: Promise<T>, patienceMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => setImmediate(resolve, undefined), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
