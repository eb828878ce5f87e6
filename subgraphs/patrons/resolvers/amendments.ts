import type { Operation } from '../../../store/journal/port.ts';
import { patronIdOf, type ReaderPresented } from '../../library/reader-presented.ts';
import { startProcedure } from '../../operations/procedure.ts';
import { operationFields, operationInterface, payloadFields } from '../../operations/results/payload.ts';
import { mayRead, requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { PatronsContext } from '../context.ts';
import { amendContact } from '../procedures/amend-contact.ts';
import { amendPatron } from '../procedures/amend-patron.ts';
import type { ContactAmendment } from '../rules/contact-amendment.ts';
import type { PatronAmendmentForm } from '../rules/patron-amendment.ts';

interface AmendContactInput extends ContactAmendment {
  readonly reference: string;
  readonly reader: ReaderPresented;
}
interface AmendPatronInput extends PatronAmendmentForm {
  readonly reference: string;
  readonly patronId: string;
}

const staff: readonly Scope[] = ['patrons:write'];

export const amendmentMutations = {
  /**
   * R27: patrons amend their own record, staff any record. A number and its PIN serve loans and reservations only (R10, R29): a
   * person who knows a PIN must not change where the library reaches its patron.
   */
  async amendContact(
    _: unknown,
    { input }: { readonly input: AmendContactInput },
    context: PatronsContext,
  ): Promise<Operation> {
    const { services, caller, signal } = context;
    const { reference, reader, ...contact } = input;
    const patronId = patronIdOf(reader, 'a card number and its PIN serve loans and reservations only.');
    requireRead(caller, patronId, staff);
    // Stored with a `patronId`, as when the input had one: operations that began then are recognised when they are repeated.
    const request = { amendment: { ...contact, patronId }, isStaff: mayRead(caller, null, staff) };
    return andReadAgain(context, startProcedure(services, amendContact, caller, reference, request, signal));
  },
  /** R27: staff only. A document takes `identity:read` besides: the answer tells whether somebody is registered by it. */
  amendPatron(
    _: unknown,
    { input }: { readonly input: AmendPatronInput },
    context: PatronsContext,
  ): Promise<Operation> {
    const { services, caller, signal } = context;
    const { reference, ...request } = input;
    requireRead(caller, null, staff);
    if (request.identityNumber !== undefined || request.birthCertificateNumber !== undefined) {
      requireRead(caller, null, ['identity:read']);
    }
    return andReadAgain(context, startProcedure(services, amendPatron, caller, reference, request, signal));
  },
};

/** The payloads, and the types of `Operation`: both show the patron as amended. */
export const amendmentResults = {
  Operation: operationInterface,
  AmendContactPayload: payloadFields,
  AmendContactOperation: operationFields,
  AmendPatronPayload: payloadFields,
  AmendPatronOperation: operationFields,
};

/** What was read of patrons before the amendment is forgotten: the payload shows the record as it is now. */
async function andReadAgain({ patrons }: PatronsContext, amendment: Promise<Operation>): Promise<Operation> {
  try {
    return await amendment;
  } finally {
    patrons.clearAll();
  }
}
