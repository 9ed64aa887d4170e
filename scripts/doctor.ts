import { parseArgs } from 'node:util';
import { accessChecks } from './doctor/access-checks.ts';
import { browserChecks } from './doctor/browser-checks.ts';
import { fail, type Check, type Finding } from './doctor/check.ts';
import { requestChecks } from './doctor/request-checks.ts';
import { Target } from './doctor/target.ts';
import { serviceCheck, transportChecks } from './doctor/transport-checks.ts';

const usage = `npm run doctor -- URL [--key KEY] [--service URL]... [--json]

Checks whether a running suite is safe to expose, from the outside: docs/security.md explains each check and its setting.
It sends about 60 small requests, and changes nothing.

  URL            the address that clients use, such as https://facet.example.com
  --key KEY      an API key without the scope admin; or set FACET_KEY
  --service URL  the address of a service behind the gateway, which must not serve other callers; may be repeated
  --json         print the findings as JSON

Exit code: 0 when no check fails, 1 when one does, 2 for wrong usage or a suite that cannot be reached.

Example: npm run doctor -- http://127.0.0.1:8080`;

interface Result extends Finding {
  readonly id: string;
  readonly title: string;
}

function stopWith(message: string): never {
  console.error(message);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        key: { type: 'string' },
        service: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return stopWith(`${(error as Error).message}\n\n${usage}`);
  }
}

const { values, positionals } = readArguments();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const [url, ...others] = positionals;
if (url === undefined || others.length > 0) stopWith(usage);
for (const each of [url, ...values.service])
  if (!/^https?:\/\/./.test(each) || !URL.canParse(each)) stopWith(`'${each}' is not a URL such as https://facet.example.com.\n\n${usage}`);

const target = new Target(url, values.key ?? process.env['FACET_KEY']);
await target.send({ target: '/health/live' }).catch((error: unknown) => stopWith(`${url} cannot be reached: ${(error as Error).message}`));

const checks: readonly Check[] = [...transportChecks, ...accessChecks, ...requestChecks, ...browserChecks, ...values.service.map(serviceCheck)];
const results: Result[] = [];
for (const { id, title, run } of checks) {
  const finding = await run(target).catch((error: unknown) => fail(`The check could not be completed: ${(error as Error).message}.`));
  results.push({ id, title, ...finding });
  if (!values.json) console.log(`${finding.level.padEnd(4)}  ${title.padEnd(56)}  ${finding.detail}`);
}

const failed = results.filter(({ level }) => level === 'fail').length;
if (values.json) console.log(JSON.stringify({ url, safe: failed === 0, results }, null, 2));
else
  console.log(failed === 0 ? '\nNo check failed.' : `\nNot safe to expose: ${failed} of ${results.length} checks failed. docs/security.md says what to set.`);
process.exit(failed === 0 ? 0 : 1);
