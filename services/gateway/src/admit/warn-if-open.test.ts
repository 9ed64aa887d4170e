import type { Log } from '@facet/telemetry';
import { warnIfOpen } from './warn-if-open.ts';

function warnings(exposure: Partial<Parameters<typeof warnIfOpen>[0]>): string[] {
  const lines: string[] = [];
  const log = { warn: (_fields: object, line: string) => lines.push(line) } as unknown as Log;
  warnIfOpen({ hosts: ['::'], apiKeysFile: undefined, jwksUrl: undefined, ...exposure }, log);
  return lines;
}

describe('warnIfOpen', () => {
  it.each([[['::']], [['0.0.0.0']], [['192.0.2.1']], [['fd00::5']], [['localhost', '192.0.2.1']]])(
    'names the settings where %j is listened on without keys',
    (hosts) => {
      const [line, ...more] = warnings({ hosts });
      expect(more).toEqual([]);
      for (const setting of ['API_KEYS_FILE', 'JWT_JWKS_URL', 'HOST']) expect(line).toContain(setting);
    },
  );

  it.each([
    ['keys are configured', { apiKeysFile: 'keys.json' }],
    ['tokens are configured', { jwksUrl: 'https://id.example/keys' }],
    ['only loopback is listened on', { hosts: ['localhost'] }],
    ['loopback addresses are listed', { hosts: ['127.0.0.1', '::1', '127.1.2.3'] }],
  ])('is silent where %s', (_, exposure) => expect(warnings(exposure)).toEqual([]));
});
