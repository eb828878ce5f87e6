/** Relay, whose store keeps objects by their `id`. */
import type { LiveCache } from './refresh.ts';

/** The methods of a store's proxy that are used here. */
interface RelayStore {
  get(id: string): { invalidateRecord(): void } | null | undefined;
  /** Relay's proxy has this method, but Relay's types leave it out. */
  invalidateStore?(): void;
}

/** The methods of an `Environment` that are used here. */
export interface RelayLiveEnvironment {
  commitUpdate(updater: (store: RelayStore) => void): void;
  getStore(): { getSource(): { get(id: string): object | null | undefined } };
}

const root = 'client:root';

/**
 * Relay reads invalid records again when a screen requests them next. An open screen must subscribe to invalidations of
 * the records that it shows, by their ids (`useSubscribeToInvalidationState`). For a list of the whole
 * library, the screen must subscribe to the id of the list.
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
 * The ids of the records that these fields of a record link to, whatever the arguments of the fields. `getLinkedRecord`
 * would need the exact arguments.
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
