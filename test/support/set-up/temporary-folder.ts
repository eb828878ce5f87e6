import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder. Disposing removes it. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

const prefix = join(tmpdir(), 'patron-graph-');

export async function openTemporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(prefix);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Like `openTemporaryFolder`, for synchronous code. */
export function makeTemporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(prefix);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
