import { HandFollower } from './follow-hand.ts';

const actions = { like: 'up', dislike: 'down' } as const;

function shares(gesture: string, share = 0.95): Record<string, number> {
  return { like: (1 - share) / 2, dislike: (1 - share) / 2, palm: (1 - share) / 2, [gesture]: share };
}

/** Shows frames to a hand, evenly, and gives back what each came to. */
function show(hand: HandFollower, gestures: readonly string[], fromMs = 0, everyMs = 1000 / 60): { action: string | null; started: boolean }[] {
  return gestures.map((gesture, index) => hand.follow(shares(gesture), fromMs + index * everyMs));
}

describe('HandFollower', () => {
  it.each([10, 30, 60])('begins an action once, after about a tenth of a second, at %d frames a second', (perSecond) => {
    const everyMs = 1000 / perSecond;
    const frames = show(new HandFollower(actions), Array<string>(perSecond).fill('like'), 0, everyMs);
    const begun = frames.findIndex(({ started }) => started);
    expect(begun * everyMs).toBeGreaterThan(60);
    expect(begun * everyMs).toBeLessThan(201);
    expect(frames.filter(({ started }) => started)).toHaveLength(1);
    expect(frames.slice(begun).every(({ action }) => action === 'up')).toBe(true);
  });

  it('does nothing for single frames that are read wrongly', () => {
    const frames = show(
      new HandFollower(actions),
      Array.from({ length: 60 }, (_, index) => (index % 6 === 5 ? 'dislike' : 'like')),
    );
    expect(new Set(frames.map(({ action }) => action))).toEqual(new Set([null, 'up']));
    expect(frames.filter(({ started }) => started)).toHaveLength(1);
  });

  it('goes from one gesture to the next, and to none for one that means nothing', () => {
    const hand = new HandFollower(actions);
    const second = (gesture: string) => Array<string>(60).fill(gesture);
    const frames = show(hand, [...second('like'), ...second('dislike'), ...second('palm')]);
    expect(frames.filter(({ started }) => started).map(({ action }) => action)).toEqual(['up', 'down']);
    expect(frames.at(-1)).toMatchObject({ action: null, started: false });
  });

  it('keeps an action between the shares at which it begins and ends, and does not begin one there', () => {
    // A second a frame: the smoothed share is the frame's own.
    const at = (hand: HandFollower, share: number, second: number) => hand.follow({ like: share, palm: 1 - share }, second * 1000);
    const hand = new HandFollower(actions);
    at(hand, 0.5, 0);
    expect(at(hand, 0.5, 1)).toMatchObject({ action: null, started: false });
    expect(at(hand, 0.9, 2)).toMatchObject({ action: 'up', started: true });
    expect(at(hand, 0.5, 3)).toMatchObject({ action: 'up', started: false });
    expect(at(hand, 0.41, 4)).toMatchObject({ action: 'up', started: false });
    expect(at(hand, 0.5, 5)).toMatchObject({ action: 'up', started: false });
    const other = new HandFollower({ like: 'up' });
    at(other, 0.9, 0);
    at(other, 0.9, 1);
    expect(other.follow({ like: 0.3, palm: 0.35, dislike: 0.35 }, 2000)).toMatchObject({ action: null });
    expect(other.follow({ like: 0.5, palm: 0.25, dislike: 0.25 }, 3000)).toMatchObject({ action: null, started: false });
  });

  it('knows a hand that comes back after a while for another', () => {
    const hand = new HandFollower(actions);
    expect(show(hand, Array<string>(30).fill('like')).at(-1)!.action).toBe('up');
    expect(hand.follow(shares('like'), 5000).action).toBeNull();
  });

  it('forgets a hand that is lost', () => {
    const hand = new HandFollower(actions);
    show(hand, Array<string>(30).fill('like'));
    hand.lose();
    expect(hand.follow(shares('like'), 520)).toMatchObject({ action: null, started: false });
  });
});
