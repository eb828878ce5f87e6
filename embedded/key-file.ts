import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/** Reads or creates a key of 32 bytes. Only the owner may read its file. @throws Error if the file has no key. */
export async function readOrCreateKey(file: string): Promise<Uint8Array> {
  try {
    await writeFile(file, randomBytes(32), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
  const key = await readFile(file);
  if (key.byteLength !== 32) {
    throw new Error(`${file} has no key. Remove the file, and a new key is generated.`);
  }
  return key;
}
