import { parseArgs } from 'node:util';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { builtInTasks } from '../packages/contracts/src/index.ts';
import { hashKey, makeKey } from '../services/gateway/src/identify/api-key.ts';
import { keyEntry } from '../services/gateway/src/identify/key-file.ts';

const usage = `npm run keys -- --id phone --scopes digit,helmets [--file keys.json] [--rate 50] [--burst 100] [--quota 100000] [--concurrency 8] [--expires 2027-01-01T00:00:00Z]

Makes an API key. The key itself is printed once and kept nowhere; what API_KEYS_FILE needs of it is added to the file, or printed.
Scopes: names of tasks, such as ${builtInTasks.join(', ')} or one of your own; * for all tasks; admin.`;

const { values } = parseArgs({
  options: Object.fromEntries(['id', 'scopes', 'file', 'rate', 'burst', 'quota', 'concurrency', 'expires'].map((name) => [name, { type: 'string' as const }])),
});
const { id, scopes, file, rate, burst, quota, concurrency, expires } = values as Record<string, string | undefined>;
if (id === undefined || scopes === undefined) {
  console.error(usage);
  process.exit(2);
}
const key = makeKey();
const result = keyEntry.safeParse({
  id,
  hash: hashKey(key),
  scopes: scopes.split(','),
  ...(rate !== undefined && { ratePerSecond: Number(rate) }),
  ...(burst !== undefined && { burst: Number(burst) }),
  ...(quota !== undefined && { quotaPerDay: Number(quota) }),
  ...(concurrency !== undefined && { concurrency: Number(concurrency) }),
  ...(expires !== undefined && { expires }),
});
if (!result.success) {
  console.error(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
  process.exit(2);
}
const entry = result.data;
if (file === undefined) console.log(JSON.stringify(entry, null, 2));
else {
  const { keys } = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { keys: [] }) as { keys: { id: string }[] };
  if (keys.some((known) => known.id === id)) {
    console.error(`${file} has a key '${id}' already; take it out first, or choose another id`);
    process.exit(1);
  }
  writeFileSync(file, `${JSON.stringify({ keys: [...keys, entry] }, null, 2)}\n`, { mode: 0o600 });
}
console.log(`key: ${key}`);
