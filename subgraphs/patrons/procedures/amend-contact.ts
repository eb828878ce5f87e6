import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Patron } from '../../../adapters/patrons/port.ts';
import { emailFault } from '../../library/contact.ts';
import { recordChanges } from '../../operations/change-audit.ts';
import { OperationRefused, refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import type { PatronServices } from '../context.ts';
import { amendmentProblems, contactChangesOf } from '../rules/contact-amendment.ts';
import { problem } from '../rules/problems.ts';
import { acceptAmendment } from './accept-amendment.ts';

const amendment = z.object({
  patronId: z.string(),
  version: z.string(),
  addressLines: z.array(z.string()).readonly().nullable().exactOptional(),
  addressProofShown: z.boolean().nullable().exactOptional(),
  telephone: z.string().nullable().exactOptional(),
  email: z.string().nullable().exactOptional(),
});
const input = z.object({ amendment, isStaff: z.boolean() });
type Input = z.infer<typeof input>;

const changes = z.object({
  addressLines: z.array(z.string()).readonly().exactOptional(),
  addressProven: z.boolean().exactOptional(),
  telephone: z.string().nullable().exactOptional(),
  email: z.string().nullable().exactOptional(),
});
const plan = z.object({
  patronId: z.string(),
  version: z.string(),
  changes,
  /** The names of the fields that differ from the record, for the audit. */
  fields: z.array(z.string()).readonly().default([]),
  /**
   * The replaced e-mail address, to which the notice of the change goes. Null if there was no valid one, or if the
   * address stays.
   */
  formerEmail: z.string().nullable().default(null),
});
type Plan = z.infer<typeof plan>;

const patronField = ['reader', 'patronId'] as const;

/**
 * Changes a patron's address, telephone number or e-mail address (R2, R27). The record must still have the version that
 * the caller read. If nothing changes, no amendment is sent.
 *
 * 1. The registry changes the record. This is safe to repeat, as {@link acceptAmendment} explains.
 * 2. The names of the fields are recorded in the audit. This is safe to repeat, as {@link recordChanges} explains.
 */
export const amendContact: Procedure<PatronServices, Input, Plan> = {
  kind: 'AMEND_CONTACT',
  input,
  plan,
  patronOf: ({ amendment: { patronId } }) => patronId,
  async prepare({ services, signal }, { amendment: requested, isStaff }) {
    const [patron] = await services.patrons.findMany([requested.patronId], signal);
    if (patron == null) {
      throw new OperationRefused([problem('NOT_FOUND', ...patronField)]);
    }
    refuseIfAny(amendmentProblems(requested, patron, isStaff));
    const { patronId, version } = requested;
    const contact = contactChangesOf(requested, patron);
    const fields = Object.entries(contact).flatMap(([field, value]) =>
      isDeepStrictEqual(value, Reflect.get(patron, field)) ? [] : [field],
    );
    return { patronId, version, changes: contact, fields, formerEmail: formerEmailOf(patron, fields) };
  },
  async carryOut(task, { patronId, version, changes: requested, fields, formerEmail }) {
    const { services, signal } = task;
    // An empty amendment would give the record a new version, and forms with the previous version would be refused.
    if (Object.keys(requested).length === 0) {
      return { patronId };
    }
    const answer = await services.patrons.amendContact(patronId, version, requested, signal);
    await acceptAmendment(task, patronId, patronField, answer, (patron) => hasChanges(patron, requested));
    await recordChanges(task, patronId, fields);
    return { patronId, formerEmail };
  },
};

const formerEmailOf = ({ email }: Patron, fields: readonly string[]): string | null =>
  fields.includes('email') && email !== null && emailFault(email) === null ? email : null;

function hasChanges(patron: Patron, requested: z.infer<typeof changes>): boolean {
  const { addressLines, ...others } = requested;
  const isAddress = addressLines === undefined || addressLines.join('\n') === patron.addressLines.join('\n');
  return isAddress && Object.entries(others).every(([field, value]) => Reflect.get(patron, field) === value);
}
