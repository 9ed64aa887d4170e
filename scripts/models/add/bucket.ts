import { loadConfig } from '../../../packages/config/src/index.ts';
import { streamObject, type ObjectStream } from '../../../packages/object-store/src/index.ts';
import { bucketFields, storeSettings } from '../../../packages/serving/src/index.ts';
import { CommandError } from '../command.ts';
import { identifyLicenceText } from '../licence.ts';
import { readShort } from './http.ts';
import { licenceFiles, modelFileName, plainText, type Connection, type Source, type StatedLicence } from './source.ts';

const licenceMaxBytes = 1024 ** 2;

/** `s3://bucket/key/model.onnx`; its licence is that of a `LICENSE` object beside it. Credentials are found by the AWS SDK. */
export async function bucketSource(address: string, { env, signal, hasLicence }: Connection): Promise<Source> {
  const [, folder] = /^(s3:\/\/[^/?#]+\/(?:[^?#]*\/)?)[^/?#]+$/.exec(address) ?? [];
  if (folder === undefined) throw new CommandError(`Expected s3://bucket/path/model.onnx, found '${address}'.`, 2);
  const fileName = modelFileName(address);
  const settings = storeSettings(loadConfig(bucketFields, env));

  const open = async (object: string): Promise<ObjectStream | undefined> => {
    const found = await streamObject(object, settings).catch((error: unknown) => {
      const why = plainText(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      throw new CommandError(
        `${object} cannot be read (${why}). S3_ENDPOINT, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_DEFAULT_REGION say how to reach the bucket.`,
      );
    });
    const stop = (): void => void found?.body.destroy();
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    return found;
  };

  const licenceBeside = async (): Promise<StatedLicence | undefined> => {
    for (const name of licenceFiles) {
      // Without the right to list, S3 refuses what is not there.
      const found = await open(folder + name).catch(() => undefined);
      if (!found) continue;
      try {
        const text = identifyLicenceText((await readShort(found.body, licenceMaxBytes, folder + name)).toString('utf8'));
        if (text !== undefined) return { text, where: `the object ${name} beside it` };
      } finally {
        found.body.destroy();
      }
    }
    return undefined;
  };

  return {
    address,
    fileName,
    licence: hasLicence ? undefined : await licenceBeside(),
    async open() {
      const found = await open(address);
      if (!found) throw new CommandError(`${address} does not exist.`);
      return { ...found, cancel: () => void found.body.destroy() };
    },
  };
}
