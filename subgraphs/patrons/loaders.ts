import type DataLoader from 'dataloader';
import type { Patron, PatronRegistry } from '../../adapters/patrons/port.ts';
import { createLoader } from '../runtime/loader.ts';

/**
 * The patrons' records by number. In one request, each is read once, and the numbers of one batch are read in one call.
 */
export function createPatronLoader(
  registry: PatronRegistry,
  signal: AbortSignal,
): DataLoader<string, Patron | null> {
  return createLoader('patrons', (numbers) => registry.findMany(numbers, signal));
}
