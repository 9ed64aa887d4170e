import type { ClassTruth, ListedSample, SampleList } from '../../packages/contracts/src/index.ts';

/**
 * Labels what waits as a person at the label page would, by somebody who knows what each request truly showed.
 *
 * @param base of a task behind the gateway, or of its service
 * @param truthOf by request id; samples of other requests are left waiting
 */
export async function labelAll(base: string, truthOf: (requestId: string) => string | undefined): Promise<{ waiting: number; labelled: number }> {
  const counts = { waiting: 0, labelled: 0 };
  for (let after: string | null = ''; after !== null;) {
    const page: SampleList = await ask(`${base}/samples?limit=100${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`);
    for (const sample of page.samples) {
      const truth = truthOf(requestIdOf(sample));
      counts.waiting += 1;
      if (truth === undefined) continue;
      const isRight = (sample.guess as ClassTruth).label === truth;
      const body = isRight ? { verdict: 'accept' } : { verdict: 'correct', truth: { label: truth } };
      await ask(`${base}/samples/${encodeURIComponent(sample.id)}/label`, body);
      counts.labelled += 1;
    }
    after = page.next;
  }
  return counts;
}

const requestIdOf = ({ id }: ListedSample): string => id.split('.').slice(2, -1).join('.');

async function ask<T>(url: string, body?: object): Promise<T> {
  const answer = await fetch(url, body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
