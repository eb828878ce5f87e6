/** What a station may ask: the operations of its page, and nothing else. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** By their SHA-256, as the gateway's TRUSTED_DOCUMENTS_DIR takes them, too. */
const manifest = z.record(z.string(), z.string());

/**
 * The documents of the page that is built in `folder`, to the letter. Read from beside the page, so that both are of one build.
 * Null where the page is not built. @throws Error where its list is none
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
