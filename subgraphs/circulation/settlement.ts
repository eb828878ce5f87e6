import type { Operation, Settlement } from '../../adapters/journal/port.ts';
import type { ErrorLog } from '../errors.ts';

/** The operation as it stands; says so aloud where what was concluded to be not done was done after all. */
export function alarmed({ operation, isSurprise }: Settlement, log: ErrorLog): Operation {
  if (isSurprise) {
    log.error(
      { operation: operation.id, kind: operation.kind },
      'ALARM: an operation that was settled as not done was done: circulation applied it later than it says it does',
    );
  }
  return operation;
}
