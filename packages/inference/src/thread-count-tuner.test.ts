import { ThreadCountTuner } from './thread-count-tuner.ts';

function share(pace: ThreadCountTuner, took: Readonly<Record<'wide' | 'narrow', number>>, runs: number): number {
  let wide = 0;
  for (let run = 0; run < runs; run++) {
    const way = pace.choose();
    pace.ran(way, took[way]);
    if (way === 'wide') wide += 1;
  }
  return wide / runs;
}

describe('ThreadCountTuner', () => {
  it('takes the way that was faster, and finds out when that changes', () => {
    const pace = new ThreadCountTuner();
    expect(share(pace, { wide: 14, narrow: 25 }, 200)).toBeGreaterThan(0.95);
    share(pace, { wide: 50, narrow: 25 }, 20);
    expect(share(pace, { wide: 50, narrow: 25 }, 200)).toBeLessThan(0.05);
    share(pace, { wide: 14, narrow: 25 }, 400);
    expect(share(pace, { wide: 14, narrow: 25 }, 200)).toBeGreaterThan(0.95);
  });

  it('is not put off by the first run of a session, nor by one that something else held up', () => {
    const pace = new ThreadCountTuner();
    for (let run = 0; run < 40; run++) {
      const way = pace.choose();
      pace.ran(way, way === 'narrow' ? 25 : run === 0 || run === 9 ? 90 : 14);
    }
    expect(pace.choose()).toBe('wide');
    expect(share(pace, { wide: 14, narrow: 25 }, 30)).toBeGreaterThan(0.95);
  });
});
