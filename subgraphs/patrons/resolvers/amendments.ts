import { z } from 'zod';
import type { Operation } from '../../../adapters/journal/port.ts';
import { operationPayload, resultOf } from '../../operations/payload.ts';
import { startProcedure } from '../../operations/procedure.ts';
import { mayRead, requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { PatronsContext } from '../context.ts';
import { amendContact } from '../procedures/amend-contact.ts';
import { amendPatron } from '../procedures/amend-patron.ts';
import type { ContactAmendment } from '../rules/contact-amendment.ts';
import type { PatronAmendmentForm } from '../rules/patron-amendment.ts';

/** An input of the SDL: what the rules call its form, the caller's reference, and whose record it is. */
type InputOf<Form> = Form & { readonly reference: string; readonly patronId: string };

const staff: readonly Scope[] = ['patrons:write'];

export const amendmentMutations = {
  /** R27: a patron amends the own record, staff any. */
  amendContact(
    _: unknown,
    { input }: { readonly input: InputOf<ContactAmendment> },
    context: PatronsContext,
  ): Promise<Operation> {
    const { services, caller, signal } = context;
    const { reference, ...amendment } = input;
    requireRead(caller, input.patronId, staff);
    const request = { amendment, isStaff: mayRead(caller, null, staff) };
    return andReadAgain(context, startProcedure(services, amendContact, caller, reference, request, signal));
  },
  /** R27: staff only. A document takes `identity:read` besides: the answer tells whether somebody is registered by it. */
  amendPatron(
    _: unknown,
    { input }: { readonly input: InputOf<PatronAmendmentForm> },
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

const amended = z.object({ patronId: z.string() });

export const amendmentPayload = {
  ...operationPayload,
  patron: (operation: Operation) => {
    const done = resultOf(operation, amended);
    return done === null ? null : { id: done.patronId };
  },
};

/** What was read of patrons before the amendment is forgotten: the payload shows the record as it is now. */
async function andReadAgain({ patrons }: PatronsContext, amendment: Promise<Operation>): Promise<Operation> {
  try {
    return await amendment;
  } finally {
    patrons.clearAll();
  }
}
