import { loadConfig } from '@facet/config';
import { gatewayFields } from './config.ts';
import { taskSettings } from './task-settings.ts';

const load = (env: Readonly<Record<string, string>>) => taskSettings(loadConfig(gatewayFields, env), env);

describe('the tasks behind the gateway', () => {
  it('are the first three on this machine where nothing is said', () => {
    expect(load({}).map(({ contract, url, versions, weights }) => [contract.task, url, versions, weights])).toEqual([
      ['gesture', 'http://127.0.0.1:8081', ['v1', 'v2'], { v1: 50, v2: 50 }],
      ['digit', 'http://127.0.0.1:8082', ['v1', 'v2'], { v1: 50, v2: 50 }],
      ['detection', 'http://127.0.0.1:8083', ['v1', 'v2'], { v1: 50, v2: 50 }],
    ]);
  });

  it('have the settings of before there were others', () => {
    const env = { DIGIT_URL: 'http://digit', DIGIT_V2_URL: 'http://digit-v2', DIGIT_AB_WEIGHTS: 'v1=9,v2=1', DIGIT_BODY_MAX_BYTES: '2KiB' };
    expect(load(env)[1]).toMatchObject({
      url: 'http://digit',
      versionUrls: { v2: 'http://digit-v2' },
      weights: { v1: 9, v2: 1 },
      contract: { bodyMaxBytes: 2048 },
    });
  });

  it('are those that are named, each with its own', () => {
    const env = {
      TASKS: 'helmets:detection,digit',
      TASK_HELMETS_URL: 'http://helmets',
      TASK_HELMETS_V3_URL: 'http://helmets-v3',
      TASK_HELMETS_VERSIONS: 'v1,v2,v3',
      TASK_HELMETS_TITLE: 'Hard hats',
      MODEL_VERSIONS: 'v1',
    };
    const [helmets, digit] = load(env);
    expect(helmets).toMatchObject({
      contract: { task: 'helmets', kind: 'detection', title: 'Hard hats' },
      versions: ['v1', 'v2', 'v3'],
      versionUrls: { v3: 'http://helmets-v3' },
    });
    expect(Object.values(helmets!.weights).map(Math.round)).toEqual([33, 33, 33]);
    expect(digit).toMatchObject({ versions: ['v1'] });
  });

  it('need an address, which no other setting is taken for', () => {
    // REDIS_URL is no older name of the address of a task that is called redis.
    const env = { TASKS: 'redis:detection,lamps:digit', REDIS_URL: 'redis://127.0.0.1', TASK_LAMPS_URL: 'lamps' };
    expect(() => load(env)).toThrow("TASK_REDIS_URL: expected the URL of the service of 'redis', which TASKS names");
    expect(() => load(env)).toThrow('TASK_LAMPS_URL="lamps": expected');
  });

  it('are refused with a sentence where their kind is not known', () => {
    expect(() => load({ TASKS: 'helmets' })).toThrow('TASKS="helmets": expected names of tasks such as digit,helmets:detection');
  });
});
