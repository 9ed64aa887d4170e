import { describeWithParts, startRedis, type RealServer } from '@facet/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisLink, underLock } from './index.ts';

describeWithParts('a link to Redis', ['redis-server'], () => {
  let redis: RealServer;
  let link: RedisLink;
  const said: string[] = [];
  const until = async (condition: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 400 && !condition(); tries++) await sleep(25);
  };
  beforeAll(async () => {
    redis = await startRedis();
    const log = { info: (_: object, message: string) => said.push(message), warn: (_: object, message: string) => said.push(message) };
    link = await RedisLink.open(redis.url, log);
    await until(() => link.isUp);
  });
  afterAll(async () => {
    link.close();
    await redis.remove();
  });

  it('lets one holder at a time have a lock', async () => {
    const inner = await underLock(link.client, 'lock', 5000, () => underLock(link.client, 'lock', 5000, () => Promise.resolve('both')));
    expect(inner).toBeUndefined();
    expect(await underLock(link.client, 'lock', 5000, () => Promise.resolve('free again'))).toBe('free again');
    await expect(underLock(link.client, 'lock', 5000, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await underLock(link.client, 'lock', 5000, () => Promise.resolve('and again'))).toBe('and again');
  });

  it('says only that Redis has gone and come back, and asks nothing of it in between', async () => {
    expect(await link.attempt((client) => client.set('a', '1'))).toBe('OK');
    await redis.stop();
    await until(() => !link.isUp);
    const work = jest.fn(() => Promise.resolve('asked'));
    for (let count = 0; count < 20; count++) expect(await link.attempt(work)).toBeUndefined();
    expect(work).not.toHaveBeenCalled();
    await redis.start();
    await until(() => link.isUp);
    expect(await link.attempt((client) => client.get('a'))).toBe('1');
    expect(said).toEqual(['Redis is available', 'Redis is unreachable; continuing without it', 'Redis is available']);
  }, 30_000);
});
