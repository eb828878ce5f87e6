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
import { amendmentOf, givenAndCleared } from './clear.ts';

/** The field of the amendment for each `ContactField`, and for each `PatronField`. */
const contactFields = { ADDRESS_LINES: 'addressLines', TELEPHONE: 'telephone', EMAIL: 'email' } as const;
const patronFields = {
  CHINESE_NAME: 'chineseName',
  IDENTITY_NUMBER: 'identityNumber',
  BIRTH_CERTIFICATE_NUMBER: 'birthCertificateNumber',
  GUARANTOR: 'guarantor',
  GUARANTOR_TELEPHONE: 'guarantorTelephone',
} as const;

interface AmendContactInput extends ContactAmendment {
  readonly reference: string;
  readonly reader: ReaderPresented;
  readonly clear?: readonly (keyof typeof contactFields)[] | null;
}
interface AmendPatronInput extends PatronAmendmentForm {
  readonly reference: string;
  readonly patronId: string;
  readonly clear?: readonly (keyof typeof patronFields)[] | null;
}

const staff: readonly Scope[] = ['patrons:write'];

export const amendmentMutations = {
  /**
   * Changes contact details. Patrons may change their own record, and staff any record (R27). A card number and its PIN
   * are not accepted, because they are only for loans and holds (R10, R29). A person who knows a patron's PIN must not
   * be able to change the patron's contact details (decision 17).
   */
  async amendContact(
    _: unknown,
    { input }: { readonly input: AmendContactInput },
    context: PatronsContext,
  ): Promise<Operation> {
    const { services, caller, signal } = context;
    const { reference, reader, clear, ...asked } = input;
    const patronId = patronIdOf(reader, 'a card number and its PIN serve loans and reservations only.');
    requireRead(caller, patronId, staff);
    const contact = amendmentOf(asked, clear, contactFields);
    // The input is stored with a `patronId`, as in earlier releases. So operations from that time are recognised when
    // they are repeated.
    const request = { amendment: { ...contact, patronId }, isStaff: mayRead(caller, null, staff) };
    return andReadAgain(context, startProcedure(services, amendContact, caller, reference, request, signal));
  },
  /**
   * Changes a record, for staff only (R27). A change of a document also needs `identity:read`, because the answer
   * reveals whether somebody is registered under it.
   */
  amendPatron(
    _: unknown,
    { input }: { readonly input: AmendPatronInput },
    context: PatronsContext,
  ): Promise<Operation> {
    const { services, caller, signal } = context;
    const { reference, clear, ...asked } = input;
    requireRead(caller, null, staff);
    if (asked.guarantor?.telephone != null && clear?.includes('GUARANTOR_TELEPHONE')) {
      throw givenAndCleared('guarantor.telephone');
    }
    const request = amendmentOf(asked, clear, patronFields);
    if (request.identityNumber !== undefined || request.birthCertificateNumber !== undefined) {
      requireRead(caller, null, ['identity:read']);
    }
    return andReadAgain(context, startProcedure(services, amendPatron, caller, reference, request, signal));
  },
};

/** Resolvers for the payloads and for the types that implement `Operation`. Both show the amended patron. */
export const amendmentResults = {
  Operation: operationInterface,
  AmendContactPayload: payloadFields,
  AmendContactOperation: operationFields,
  AmendPatronPayload: payloadFields,
  AmendPatronOperation: operationFields,
};

/** Clears the loader after an amendment, so that the payload shows the current record. */
export async function andReadAgain(
  { patrons }: PatronsContext,
  amendment: Promise<Operation>,
): Promise<Operation> {
  try {
    return await amendment;
  } finally {
    patrons.clearAll();
  }
}
