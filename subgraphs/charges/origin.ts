import type { Channel, Origin } from '../../adapters/charges/port.ts';
import type { Addressee } from '../library/message.ts';
import { addresseeOf, type Caller } from '../runtime/caller.ts';

const channels: Readonly<Record<Addressee, Channel>> = { reader: 'WEB', station: 'KIOSK', staff: 'COUNTER' };

/** Through what a caller reads. The system's log needs no member of staff for a reading: ours has who read. */
export const originOfReading = (caller: Caller): Origin => ({
  channel: channels[addresseeOf(caller)],
  clerkId: null,
});
