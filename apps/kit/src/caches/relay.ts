/** Relay, whose store keeps objects by their `id`. */
import type { LiveCache } from './refresh.ts';

/** What is used of a store's proxy. */
interface RelayStore {
  get(id: string): { invalidateRecord(): void } | null | undefined;
  /** Relay has it, but its types leave it out. */
  invalidateStore?(): void;
}

/** What is used of an `Environment`. */
export interface RelayLiveEnvironment {
  commitUpdate(updater: (store: RelayStore) => void): void;
  getStore(): { getSource(): { get(id: string): object | null | undefined } };
}

const root = 'client:root';

/**
 * Relay reads invalid records again when a screen asks for them next. A screen that is open subscribes to their
 * invalidation (`useSubscribeToInvalidationState`): to the ids of what it shows, and for lists of the library to that of the
 * list.
 */
export function relayCache(environment: RelayLiveEnvironment): LiveCache {
  return {
    invalidate({ entities, fields }) {
      environment.commitUpdate((store) => {
        const lists = linkedBy(environment.getStore().getSource().get(root) ?? {}, fields);
        for (const id of [...entities.map((entity) => entity.id), ...lists]) {
          store.get(id)?.invalidateRecord();
        }
      });
    },
    invalidateAll: () => environment.commitUpdate((store) => store.invalidateStore?.()),
  };
}

/**
 * The ids of the records that these fields of a record lead to, with any arguments. `getLinkedRecord` would need to know the
 * arguments.
 *
 *     { "loans(first:20)": { "__ref": "client:root:loans(first:20)" } }
 */
const linkedBy = (record: object, fields: readonly string[]): readonly string[] =>
  Object.entries(record)
    .filter(([key]) => fields.includes(key.split('(')[0] ?? ''))
    .flatMap(([, link]) => {
      const { __ref: one, __refs: several = [] } = (link ?? {}) as { __ref?: string; __refs?: string[] };
      return one === undefined ? several : [one];
    });
