// What `helm test` runs: asks every address in URLS for a prediction of the input beside it, and ends non-zero when one is wrong.
import { readdirSync, readFileSync } from 'node:fs';

const known = {
  'input.json': ({ gesture }) => gesture === 'like',
  'input.png': ({ predicted_digit: digit }) => digit === 7,
  'input.jpg': ({ detections }) => detections.some(({ class_name: name }) => name === 'cup'),
};
const shown = ({ gesture, predicted_digit: digit, class_name: name, detections }) =>
  gesture ?? digit ?? name ?? detections?.map((found) => found.class_name).join(', ');

const folder = import.meta.dirname;
const name = readdirSync(folder).find((entry) => entry.startsWith('input.'));
const input = readFileSync(`${folder}/${name}`);

// A service that is asked directly wants the secret of its gateway.
const tokenFile = process.env.SERVICE_TOKEN_FILE;
const headers = tokenFile ? { 'x-facet-service-token': readFileSync(tokenFile, 'utf8').split('\n')[0].trim() } : {};

function request() {
  const signal = AbortSignal.timeout(30_000);
  if (name.endsWith('.json')) return { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: input, signal };
  const body = new FormData();
  body.set('file', new Blob([input]), name);
  return { method: 'POST', headers, body, signal };
}

let failed = 0;
for (const url of JSON.parse(process.env.URLS)) {
  try {
    const answer = await fetch(url, request());
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status} ${text.slice(0, 300)}`);
    const body = JSON.parse(text);
    const version = /\/(v\d+)\/predict$/.exec(url)?.[1] ?? body.version;
    if (body.version !== version) throw new Error(`version ${body.version} answered`);
    if (process.env.KNOWN_MODEL === 'true' && !known[name](body)) throw new Error(`unexpected answer: ${text.slice(0, 300)}`);
    console.log(`ok    ${url} ${body.version}: ${shown(body)}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${url} ${error.message}${error.cause ? ` (${error.cause.message})` : ''}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
