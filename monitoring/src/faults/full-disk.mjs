// Loaded before a service: no file takes more than what is first written to it, as on a disk that has just become full.
import { open } from 'node:fs/promises';

const file = await open(import.meta.filename);
const handle = Object.getPrototypeOf(file);
await file.close();
const { write } = handle;
handle.write = function (buffer, offset, length, position) {
  if (position > 0) return Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
  return write.call(this, buffer, offset, length, position);
};
