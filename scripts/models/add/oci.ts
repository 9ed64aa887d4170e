import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CommandError } from '../command.ts';
import { fetchShort, isLoopback, readUrl } from './http.ts';
import { answerChallenge } from './oci-auth.ts';
import { parseJson } from './parse-json.ts';
import { modelFileName, plainText, type Connection, type Source, type StatedLicence } from './source.ts';
import { openFile, refused } from './web.ts';

/** The distribution specification's own limit for a manifest. */
const manifestMaxBytes = 4 * 1024 ** 2;

const manifestTypes = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'];
const licences = 'org.opencontainers.image.licenses';
const title = 'org.opencontainers.image.title';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const annotations = z.record(z.string(), z.string()).optional();
const layer = z.looseObject({ mediaType: z.string(), digest, size: z.number().int().nonnegative(), annotations });
const manifest = z.looseObject({ layers: z.array(layer).min(1), annotations });

type Layer = z.infer<typeof layer>;
type Manifest = z.infer<typeof manifest>;

/** `oci://registry/repository:tag` or `…@sha256:…`. */
function readAddress(address: string): { registry: string; repository: string; reference: string; isDigest: boolean } {
  const [, registry, repository, tag = 'latest', hash] =
    /^oci:\/\/([\w.-]+(?::\d{1,5})?)\/([a-z0-9][a-z0-9._/-]{0,254}?)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(address) ?? [];
  if (registry === undefined || repository === undefined || /\/\/|\/$|(?:^|\/)\.{1,2}(?:\/|$)/.test(repository))
    throw new CommandError(`Expected oci://registry/repository:tag or oci://registry/repository@sha256:…, found '${plainText(address)}'.`, 2);
  return { registry, repository, reference: hash ?? tag, isDigest: hash !== undefined };
}

/** Registries are asked over HTTPS, on this machine over HTTP. */
function registryUrl(registry: string): URL {
  const url = new URL(`https://${registry === 'docker.io' ? 'registry-1.docker.io' : registry}`);
  if (isLoopback(url)) url.protocol = 'http:';
  return readUrl(url.href);
}

/** @throws {CommandError} when it is not clear which layer is the model */
function chooseLayer({ layers }: Manifest, address: string): Layer {
  const named = layers.filter(({ mediaType, annotations: notes }) => /\.onnx$/i.test(notes?.[title] ?? '') || /onnx/i.test(mediaType));
  const [chosen, ...others] = named.length > 0 ? named : layers;
  if (chosen === undefined || others.length > 0)
    throw new CommandError(
      `${address} has ${layers.length} layers, ${named.length} of them named *.onnx; expected one model. Its files: ${plainText(layers.map(({ annotations: notes, mediaType }) => notes?.[title] ?? mediaType).join(', '))}.`,
    );
  if (/tar|gzip|zstd/.test(chosen.mediaType) && chosen.annotations?.[title] === undefined)
    throw new CommandError(`${address}: expected a layer that is a file, as 'oras push' makes it, found an archive (${plainText(chosen.mediaType)}).`);
  return chosen;
}

function licenceOf({ annotations: notes }: Manifest, chosen: Layer): StatedLicence | undefined {
  const stated = notes?.[licences] ?? chosen.annotations?.[licences];
  return stated === undefined ? undefined : { text: plainText(stated), where: `the annotation ${licences}` };
}

/** The one model in an artefact of an OCI registry, by the digest of its manifest. */
export async function registrySource(address: string, { env, signal }: Connection): Promise<Source> {
  const { registry, repository, reference, isDigest } = readAddress(address);
  const base = registryUrl(registry);
  const url = new URL(`/v2/${repository}/manifests/${reference}`, base);
  const headers = { accept: manifestTypes.join(', ') };
  let authorization: string | undefined;
  let answer = await fetchShort(url, { signal, headers }, manifestMaxBytes);
  const challenge = answer.headers.get('www-authenticate');
  if (answer.status === 401 && challenge !== null) {
    authorization = await answerChallenge(registry, base, challenge, repository, { env, signal });
    if (authorization !== undefined) answer = await fetchShort(url, { signal, headers, authorization }, manifestMaxBytes);
  }
  const remedy = `Check repository and tag; for a private one, set OCI_USERNAME and OCI_PASSWORD, or log in with 'docker login ${registry}'.`;
  if (answer.status !== 200) throw refused(address, answer.status, remedy);

  const found = `sha256:${createHash('sha256').update(answer.body).digest('hex')}`;
  const promised = isDigest ? reference : answer.headers.get('docker-content-digest');
  if (promised?.startsWith('sha256:') && promised !== found)
    throw new CommandError(`${address}: expected a manifest with the digest ${promised}, found ${found}.`);
  const read = parseJson(answer.body, manifest);
  if (!read) throw new CommandError(`${address}: expected the manifest of an artefact with layers, found an index or something else.`);
  const chosen = chooseLayer(read, address);
  const fileName = modelFileName(chosen.annotations?.[title] ?? `${repository.split('/').at(-1)}.onnx`);

  return {
    address: `oci://${registry}/${repository}@${found}`,
    revision: found,
    fileName,
    licence: licenceOf(read, chosen),
    sha256: chosen.digest.slice('sha256:'.length),
    bytes: chosen.size,
    open: () => openFile(new URL(`/v2/${repository}/blobs/${chosen.digest}`, base), { signal, authorization, what: address, remedy }),
  };
}
