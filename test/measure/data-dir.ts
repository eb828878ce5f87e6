import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of data. Disposing of it removes it, unless it is the user's own. */
export interface DataDir extends AsyncDisposable {
  readonly path: string;
}

/** A new one, which goes. */
export async function openTemporaryDataDir(): Promise<DataDir> {
  const path = await mkdtemp(join(tmpdir(), 'patron-graph-measure-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/**
 * The folder that `KEEP` names, which is made if need be and stays; by default a temporary one. The index of a large library takes
 * some twenty minutes: a second measurement of the same library, on the same day in Hong Kong, finds it there. Measure what changes the
 * library last: the simulators forget it.
 */
export async function openDataDir(): Promise<DataDir> {
  const { KEEP: path } = process.env;
  return path === undefined
    ? await openTemporaryDataDir()
    : { path, [Symbol.asyncDispose]: () => Promise.resolve() };
}
