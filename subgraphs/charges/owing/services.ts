import type { ChargesLedger } from '../../../adapters/charges/port.ts';
import type { Owing } from '../../../store/journal/port.ts';
import type { ServiceObserver } from '../../observer.ts';
import type { ProcessLog } from '../../runtime/errors.ts';
import type { ComparisonServices } from '../books/nightly-comparison.ts';

/**
 * The dependencies of the index of patrons who owe something, and of the nightly comparison of payments. The ledger has
 * the call class `background`.
 */
export interface OwingServices extends ComparisonServices {
  readonly owing: Owing;
  readonly ledger: Pick<ChargesLedger, 'eventsAfter' | 'statements' | 'ping'>;
  readonly log: ProcessLog;
  readonly observer: Pick<ServiceObserver, 'watchOwing'>;
}
