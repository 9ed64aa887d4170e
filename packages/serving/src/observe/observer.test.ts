import { Observer } from './observer.ts';
import type { Watch } from '../task/watch.ts';

/** Says in which order it was asked, and about what. */
function told(asked: string[]): Watch<string, { label: string }, { name: string }> {
  const tell =
    <T>(what: string, value: T) =>
    ({ name }: { name: string }): T => {
      asked.push(`${what} ${name}`);
      return value;
    };
  return {
    features: [],
    measure: (_answer, seen) => tell('measure', [])(seen),
    uncertainty: () => 0,
    fingerprint: tell('fingerprint', [0, 0] as const),
    sample: () => ({ bytes: Buffer.alloc(0), extension: 'bin', contentType: 'application/octet-stream' }),
    forget: tell('forget', undefined),
  };
}

const model = { version: 'v1' } as never;

describe('Observer', () => {
  it('forgets what was seen when all have looked at it, tensors too', async () => {
    const asked: string[] = [];
    const samples = { consider: ({ fingerprint }: { fingerprint: () => unknown }) => void fingerprint(), close: () => Promise.resolve() } as never;
    const observer = new Observer<string, { label: string }>({ watch: told(asked), maxPerSecond: 10, drift: true, samples });
    for (const name of ['picture', 'tensor']) {
      expect(observer.look()).toBeDefined();
      observer.note({
        model,
        input: name === 'picture' ? 'a file' : undefined,
        answer: { label: 'cat' },
        seen: { name },
        call: { id: 'r', user: undefined, caller: undefined, isShadow: false },
      });
    }
    expect(asked).toEqual([]);
    await observer.close();
    expect(asked).toEqual(['measure picture', 'fingerprint picture', 'forget picture', 'measure tensor', 'forget tensor']);
  });
});
