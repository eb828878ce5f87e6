import type DataLoader from 'dataloader';
import type { Patron, PatronRegistry } from '../../adapters/patrons/port.ts';
import { createLoader } from '../runtime/loader.ts';

/** Patrons by number, each asked for once a request and all together. */
export function createPatronLoader(
  registry: PatronRegistry,
  signal: AbortSignal,
): DataLoader<string, Patron | null> {
  return createLoader((numbers) => registry.findMany(numbers, signal));
}
