import { GraphQLError } from 'graphql';
import type { CirculationIndex, IndexProgress } from '../../../store/index/port.ts';

/**
 * Resolves to the progress of the index. Rejects if the index is not whole, because a client could mistake a partial
 * list for a whole one (R26).
 * @throws GraphQLError INDEX_NOT_READY with a message about the progress; StoreUnavailable
 */
export async function requireWhole(index: Pick<CirculationIndex, 'progress'>): Promise<IndexProgress> {
  const progress = await index.progress();
  if (!progress.isWhole) {
    const { patronsRead, patronsTotal } = progress;
    const share =
      patronsTotal === null ? 'it has not begun yet' : `${patronsRead} of ${patronsTotal} patrons are read`;
    throw notReady(`The list of what is out and what waits is being built: ${share}.`);
  }
  return progress;
}

export function notReady(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'INDEX_NOT_READY' } });
}
