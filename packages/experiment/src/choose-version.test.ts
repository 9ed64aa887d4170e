import { Problem } from '@facet/problem';
import { bucketOf, chooseVersion } from './choose-version.ts';

const both = ['v1', 'v2'];

describe('chooseVersion', () => {
  it('obeys a forced version, and refuses one that is not served', () => {
    expect(chooseVersion(both, { v1: 1 }, { forced: 'v2' }, 'digit')).toEqual({ version: 'v2', reason: 'forced' });
    expect(() => chooseVersion(both, { v1: 1 }, { forced: 'v3' }, 'digit')).toThrow(Problem);
  });

  it('keeps a user on one version, and splits users by weight', () => {
    const versions = Array.from({ length: 20_000 }, (_, user) => chooseVersion(both, { v1: 80, v2: 20 }, { user: `user-${user}` }, 'digit').version);
    const again = Array.from({ length: 20_000 }, (_, user) => chooseVersion(both, { v1: 80, v2: 20 }, { user: `user-${user}` }, 'digit').version);
    expect(again).toEqual(versions);
    const share = versions.filter((version) => version === 'v2').length / versions.length;
    // Five standard deviations of a binomial share.
    expect(Math.abs(share - 0.2)).toBeLessThan(5 * Math.sqrt((0.2 * 0.8) / 20_000));
  });

  it('moves users only towards the version whose share grows', () => {
    for (let user = 0; user < 2000; user += 1) {
      const before = chooseVersion(both, { v1: 80, v2: 20 }, { user: `${user}` }, 'digit').version;
      const after = chooseVersion(both, { v1: 50, v2: 50 }, { user: `${user}` }, 'digit').version;
      if (before === 'v2') expect(after).toBe('v2');
    }
  });

  it('gives nothing to weight 0, and everything to the only version there is', () => {
    for (let draw = 0; draw < 1; draw += 0.05) expect(chooseVersion(both, { v1: 0, v2: 1 }, {}, 'digit', () => draw).version).toBe('v2');
    expect(chooseVersion(['v2'], { v1: 100, v2: 0 }, {}, 'digit')).toEqual({ version: 'v2', reason: 'only' });
  });

  it('salts by experiment', () => {
    const moved = Array.from({ length: 1000 }, (_, user) => Math.abs(bucketOf(`${user}`, 'digit') - bucketOf(`${user}`, 'gesture')) > 0.01);
    expect(moved.filter(Boolean).length).toBeGreaterThan(900);
  });
});
