import { fileURLToPath } from 'node:url';
import DataLoader from 'dataloader';
import { createClientAsync } from 'soap';

/** A client of node-soap for a system's WSDL. */
export const openClient = (folder, wsdl, endpoint, options = {}) =>
  createClientAsync(fileURLToPath(new URL(`../../../../adapters/${folder}/${wsdl}`, import.meta.url)), {
    ...options,
    endpoint,
  });

/** Loads the rows of each key. `fetch` resolves to the rows of up to `max` keys, in any order. */
export const rowsByKey = (max, keyOf, fetch) =>
  new DataLoader(
    async (keys) => {
      const rows = Map.groupBy(await fetch(keys), keyOf);
      return keys.map((key) => rows.get(key) ?? []);
    },
    { maxBatchSize: max },
  );
