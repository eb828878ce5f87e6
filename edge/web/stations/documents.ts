/** A station may send only the operations of the station's page. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Each document by its SHA-256, as in the gateway's TRUSTED_DOCUMENTS_DIR. */
const manifest = z.record(z.string(), z.string());

/**
 * The exact documents of the page that was built in `folder`. The list of documents is in the same folder, so both come
 * from the same build. Null if the page isn't built.
 * @throws Error if the list is invalid
 */
export async function readPageDocuments(folder: string): Promise<ReadonlySet<string> | null> {
  const file = join(folder, 'operations.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return null;
    }
    throw error;
  });
  return text === null ? null : new Set(Object.values(manifest.parse(JSON.parse(text))));
}
