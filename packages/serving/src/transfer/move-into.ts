import { access, rename, rm } from 'node:fs/promises';

/** Puts a finished folder in another's place, in a moment; what lay there is removed, or is back when that fails. */
export async function moveInto(place: string, folder: string): Promise<void> {
  const old = `${folder}.old`;
  const exists = await access(place).then(
    () => true,
    () => false,
  );
  if (exists) await rename(place, old);
  try {
    await rename(folder, place);
  } catch (error) {
    if (exists) await rename(old, place);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}
