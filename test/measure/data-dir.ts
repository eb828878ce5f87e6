import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for data. Disposing removes it, unless `KEEP` names it. */
export interface DataDir extends AsyncDisposable {
  readonly path: string;
}

/** Opens a new temporary folder. Disposing removes it. */
export async function openTemporaryDataDir(): Promise<DataDir> {
  const path = await mkdtemp(join(tmpdir(), 'patron-graph-measure-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/**
 * Opens the folder that `KEEP` names, which is created if necessary and never removed. By default, opens a temporary
 * folder. The index of a large library takes about twenty minutes. With `KEEP`, a second measurement of the same
 * library on the same day in Hong Kong finds the index there. Run measurements that change the library last: the
 * simulators forget the changes, but the index doesn't.
 */
export async function openDataDir(): Promise<DataDir> {
  const { KEEP: path } = process.env;
  return path === undefined
    ? await openTemporaryDataDir()
    : { path, [Symbol.asyncDispose]: () => Promise.resolve() };
}
