import { breakingChanges } from '../../schema/changes/breaking-changes.ts';

/** The changes from one SDL to another that break a promise to clients: a message for each, or an empty list. */
export async function broken(promised: string, served: string): Promise<string[]> {
  return (await breakingChanges(promised, served)).map(({ message }) => message);
}
