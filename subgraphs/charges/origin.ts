import type { Channel, Origin } from '../../adapters/charges/port.ts';
import type { Addressee } from '../library/message.ts';
import { addresseeOf, type Caller } from '../runtime/caller.ts';

const channels: Readonly<Record<Addressee, Channel>> = { reader: 'WEB', station: 'KIOSK', staff: 'COUNTER' };

/**
 * The channel that the payment system logs when a caller reads. It gets no name of a member of staff, because our own
 * audit has the name.
 */
export const originOfReading = (caller: Caller): Origin => ({
  channel: channels[addresseeOf(caller)],
  clerkId: null,
});
