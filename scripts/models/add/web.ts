import { identifyLicenceText } from '../licence.ts';
import { CommandError } from '../command.ts';
import { fetchShort, openUrl, readUrl, showUrl } from './http.ts';
import { licenceFiles, modelFileName, type Connection, type Download, type Source, type StatedLicence } from './source.ts';

/** What a status other than 200 means to those who asked, in one sentence. */
export function refused(what: string, status: number, remedy = ''): CommandError {
  if (status === 404) return new CommandError(`${what} does not exist (404).${remedy && ` ${remedy}`}`);
  if (status === 401 || status === 403) return new CommandError(`${what}: access was refused (${status}).${remedy && ` ${remedy}`}`);
  return new CommandError(`${what}: expected status 200, found ${status}; try again later.`);
}

/**
 * Opens a file over HTTPS.
 *
 * @throws {CommandError} when the server answers with anything but the file
 */
export async function openFile(
  url: URL,
  { signal, authorization, what = showUrl(url), remedy }: { signal: AbortSignal; authorization?: string | undefined; what?: string; remedy?: string },
): Promise<Download> {
  const transfer = new AbortController();
  const response = await openUrl(url, { signal: AbortSignal.any([signal, transfer.signal]), authorization });
  const { status, body, headers } = response;
  if (status !== 200 || !body) {
    transfer.abort();
    throw refused(what, status, remedy);
  }
  const length = headers.get('content-length');
  return { bytes: length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined, body, cancel: () => transfer.abort() };
}

/** The licence whose text lies beside a file. */
async function licenceBeside(url: URL, signal: AbortSignal): Promise<StatedLicence | undefined> {
  for (const name of licenceFiles) {
    const { status, body } = await fetchShort(new URL(name, url), { signal }).catch((error: unknown) => {
      // A redirect that is not followed, or too large a file: no licence was found here. A deadline ends everything.
      if (signal.aborted) throw error;
      return { status: 0, body: Buffer.alloc(0) };
    });
    const text = status === 200 ? identifyLicenceText(body.toString('utf8')) : undefined;
    if (text !== undefined) return { text, where: `the file ${name} beside it` };
  }
  return undefined;
}

/** @throws {CommandError} exit code 2, when a `%` is followed by what is no byte of UTF-8 */
function decodePath({ pathname }: URL): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    throw new CommandError(`SOURCE: expected an address whose path is UTF-8, found ${pathname}.`, 2);
  }
}

/** `https://host/path/model.onnx`; its licence is that of a `LICENSE` file beside it. */
export async function webSource(address: string, { signal, hasLicence }: Connection): Promise<Source> {
  const url = readUrl(address);
  const fileName = modelFileName(decodePath(url));
  return {
    address: showUrl(url),
    fileName,
    licence: hasLicence ? undefined : await licenceBeside(url, signal),
    open: () => openFile(url, { signal }),
  };
}
