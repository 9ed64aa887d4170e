import { parse } from 'yaml';
import { z } from 'zod';
import { CommandError } from '../command.ts';
import { fetchShort, readUrl, type ShortAnswer } from './http.ts';
import { parseJson } from './parse-json.ts';
import { modelFileName, plainText, type Connection, type Source, type StatedLicence } from './source.ts';
import { openFile, refused } from './web.ts';

/** A list of a repository's files can be long. */
const infoMaxBytes = 16 * 1024 ** 2;

const text = z.string().max(500);
const card = z.looseObject({ license: z.union([text, z.array(text)]), license_name: text }).partial();

/** What the Hub says of a model at a revision; `blobs=true` adds size and hash of each file. */
const modelInfo = z.looseObject({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  cardData: card.nullish(),
  siblings: z.array(
    z.looseObject({
      rfilename: z.string(),
      size: z.number().int().nonnegative().nullish(),
      lfs: z.looseObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }).nullish(),
    }),
  ),
});

type Card = z.infer<typeof card>;

/** `hf://owner/repo/path/to/file@revision`, as an address says it. */
function readAddress(address: string): { repo: string; path: string; revision: string } {
  const [, repo, path, revision = 'main'] = /^hf:\/\/([\w.-]+\/[\w.-]+)\/([^@?#]+)(?:@([\w./-]{1,200}))?$/.exec(address) ?? [];
  const isPlain = (part: string): boolean => part !== '' && part !== '.' && part !== '..';
  if (repo === undefined || path === undefined || ![repo, path, revision].every((whole) => whole.split('/').every(isPlain)))
    throw new CommandError(`Expected hf://owner/repo/file.onnx or hf://owner/repo/file.onnx@revision, found '${plainText(address)}'.`, 2);
  return { repo, path, revision };
}

function licenceOf({ license, license_name: name }: Card): StatedLicence | undefined {
  const stated = Array.isArray(license) ? license.join(' AND ') : license;
  if (stated === undefined) return undefined;
  return { text: plainText(stated === 'other' && name !== undefined ? `other (${name})` : stated), where: 'the model card' };
}

/** The front matter of a model card: YAML between two lines of hyphens. */
function readCard(markdown: string): Card {
  const [, matter] = /^\uFEFF?---\r?\n([^]*?)\n---/.exec(markdown.slice(0, 100_000)) ?? [];
  try {
    return card.parse(parse(matter ?? '{}', { maxAliasCount: 0 }));
  } catch {
    return {};
  }
}

/** A file of a model repository on the Hugging Face Hub, or on the server that `HF_ENDPOINT` names, at the commit of its revision. */
export async function hubSource(address: string, { env, signal }: Connection): Promise<Source> {
  const { repo, path, revision } = readAddress(address);
  const fileName = modelFileName(path);
  const endpoint = readUrl(env['HF_ENDPOINT'] || 'https://huggingface.co', 'HF_ENDPOINT').href.replace(/\/$/, '');
  const token = env['HF_TOKEN']?.trim();
  const authorization = token ? `Bearer ${token}` : undefined;
  const remedy = token
    ? 'The token in HF_TOKEN may not read it; a gated model must be requested on its page first.'
    : 'If the repository is private or gated, set HF_TOKEN to a token that may read it.';
  const ask = (url: string, maxBytes?: number): Promise<ShortAnswer> => fetchShort(new URL(url), { signal, authorization }, maxBytes);

  const answer = await ask(`${endpoint}/api/models/${repo}/revision/${encodeURIComponent(revision)}?blobs=true`, infoMaxBytes);
  // The Hub answers 401 for repositories that do not exist as well.
  if (answer.status !== 200) throw refused(`hf://${repo}, revision ${revision}`, answer.status, `Check owner, repository and revision. ${remedy}`);
  const info = parseJson(answer.body, modelInfo);
  if (!info) throw new CommandError(`${new URL(endpoint).host}: expected a description of ${repo}, found something else; check HF_ENDPOINT.`);
  const { sha, siblings, cardData } = info;

  const entry = siblings.find(({ rfilename }) => rfilename === path);
  if (!entry) {
    const others = siblings.map(({ rfilename }) => rfilename).filter((name) => name.endsWith('.onnx'));
    const there = plainText(others.slice(0, 5).join(', '));
    throw new CommandError(`${repo} has no file ${path} at revision ${revision}; ${there ? `its .onnx files: ${there}` : 'it has no .onnx file'}.`);
  }
  const licence = licenceOf(cardData ?? {}) ?? (siblings.some(({ rfilename }) => rfilename === 'README.md') ? licenceOf(await fetchCard()) : undefined);

  async function fetchCard(): Promise<Card> {
    const { status, body } = await ask(`${endpoint}/${repo}/resolve/${sha}/README.md`);
    return status === 200 ? readCard(body.toString('utf8')) : {};
  }

  const url = new URL(`${endpoint}/${repo}/resolve/${sha}/${path.split('/').map(encodeURIComponent).join('/')}`);
  return {
    address: `hf://${repo}/${path}@${sha}`,
    revision: sha,
    fileName,
    licence,
    sha256: entry.lfs?.sha256,
    bytes: entry.size ?? undefined,
    open: () => openFile(url, { signal, authorization, what: address, remedy }),
  };
}
