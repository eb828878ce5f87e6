import type { Channel, Origin } from '../../adapters/charges/port.ts';
import type { Addressee } from '../library/message.ts';
import { addresseeOf, type Caller } from '../runtime/caller.ts';

const channels: Readonly<Record<Addressee, Channel>> = { reader: 'WEB', station: 'KIOSK', staff: 'COUNTER' };

/**
 * The origin of a caller's readings. The payment system's log needs no member of staff for a reading, because our audit
 * names who has read.
 */
export const originOfReading = (caller: Caller): Origin => ({
  channel: channels[addresseeOf(caller)],
  clerkId: null,
});
