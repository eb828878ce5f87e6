import type { ChargesLedger } from '../../../adapters/charges/port.ts';
import type { Owing } from '../../../store/journal/port.ts';
import type { ServiceObserver } from '../../observer.ts';
import type { ProcessLog } from '../../runtime/errors.ts';

/** The dependencies of the index of patrons who owe something. The ledger has the call class `background`. */
export interface OwingServices {
  readonly owing: Owing;
  readonly ledger: Pick<ChargesLedger, 'eventsAfter' | 'statements' | 'ping'>;
  /** Milliseconds since any fixed moment. The value never decreases. */
  readonly monotonic: () => number;
  readonly log: ProcessLog;
  readonly observer: Pick<ServiceObserver, 'watchOwing'>;
}
