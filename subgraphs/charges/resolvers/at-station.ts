import { GraphQLError } from 'graphql';
import { findAdopted } from '../../operations/adopted/begin-adopted.ts';
import { openReference } from '../../operations/visits/proof.ts';
import { requireRead } from '../../runtime/caller.ts';
import { badInput } from '../../runtime/pagination.ts';
import { cancelAtStation } from '../paying/cancel-at-station.ts';
import { payAtStation } from '../paying/pay-at-station.ts';
import { mutation, startAs } from './start-change.ts';

interface PayAtStationInput {
  readonly reference: string;
  readonly patronId: string;
  readonly cents: number;
  readonly charge?: string | null;
}
interface CancelPaymentAtStationInput {
  readonly reference: string;
  readonly payment: string;
}

/** The mutations of a self-service station that stands beside a till of the payment system. */
export const stationMutations = {
  payAtStation: mutation<PayAtStationInput>(async ({ reference, patronId, cents, charge }, context) => {
    const { caller, origin } = context;
    requireRead(caller, null, ['station']);
    if (cents < 1) {
      throw badInput('`cents` must be 1 at least.');
    }
    const patron = await openReference({ id: patronId }, context);
    // A card identifies the reader. Only the PIN proves that the reader is present.
    if (!('byPin' in patron && patron.byPin === true)) {
      throw new GraphQLError(
        '`patronId` must be the `id` of a `readerPatron`, who gave number and PIN here.',
        {
          extensions: { code: 'FORBIDDEN' },
        },
      );
    }
    const request = { patronId: patron.id, chargeId: charge ?? null, cents, branch: caller.branch };
    return await startAs(context, payAtStation, reference, request, origin);
  }),
  cancelPaymentAtStation: mutation<CancelPaymentAtStationInput>(async ({ reference, payment }, context) => {
    const { caller, services, origin } = context;
    requireRead(caller, null, ['station']);
    const paying = await findAdopted(services, [payAtStation.kind], caller, payment);
    const request = paying === null ? null : { patronId: paying.patronId, reference: paying.id };
    return await startAs(context, cancelAtStation, reference, { payment: request }, origin);
  }),
};
