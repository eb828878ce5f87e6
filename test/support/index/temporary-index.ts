import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IndexDatabase } from '../../../store/index/port.ts';
import { openSqliteIndex } from '../../../store/index/sqlite/index.ts';

/** An empty index in a folder of its own. Disposing of `resources` removes the folder. */
export async function temporaryIndex(
  resources: AsyncDisposableStack,
  clock = () => new Date(),
): Promise<IndexDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'index-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const path = join(folder, 'index.sqlite');
  return resources.use(await openSqliteIndex({ path, dataKey: randomBytes(32), clock }));
}
