import { z } from 'zod';
import type { IdentityDocument, PatronChanges } from '../../../adapters/patrons/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { recordChanges } from '../../operations/change-audit.ts';
import { OperationRefused, refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure, Task } from '../../operations/procedure.ts';
import type { PatronServices } from '../context.ts';
import {
  documentFields,
  hasPatronChanges,
  patronAmendmentProblems,
  patronChangesOf,
  registeredProblems,
} from '../rules/patron-amendment.ts';
import { problem } from '../rules/problems.ts';
import { acceptAmendment } from './accept-amendment.ts';

const text = z.string();
const nullableText = text.nullable();
const status = z.enum(['ACTIVE', 'SUSPENDED', 'CLOSED']);

const input = z.object({
  patronId: text,
  version: text,
  englishName: text.exactOptional(),
  chineseName: nullableText.exactOptional(),
  dateOfBirth: text.exactOptional(),
  identityNumber: nullableText.exactOptional(),
  birthCertificateNumber: nullableText.exactOptional(),
  guarantor: z.object({ name: text, telephone: nullableText.exactOptional() }).nullable().exactOptional(),
  guarantorTelephone: z.null().exactOptional(),
  status: status.exactOptional(),
});
type Input = z.infer<typeof input>;

const changes = z.object({
  englishName: text.exactOptional(),
  chineseName: nullableText.exactOptional(),
  dateOfBirth: text.exactOptional(),
  identityNumber: nullableText.exactOptional(),
  birthCertificateNumber: nullableText.exactOptional(),
  guarantor: z.object({ name: text, telephone: nullableText }).nullable().exactOptional(),
  status: status.exactOptional(),
});
const plan = z.object({ patronId: text, version: text, changes });
type Plan = z.infer<typeof plan>;

/**
 * Changes a patron's identity and status: names, date of birth, documents, guarantor, status (R7, R15). The record must
 * still have the version that the caller read. A record is closed only if all items are returned.
 *
 * 1. The registry changes the record. This is safe to repeat, as {@link acceptAmendment} explains.
 * 2. The names of the fields are recorded in the audit. This is safe to repeat, as {@link recordChanges} explains.
 */
export const amendPatron: Procedure<PatronServices, Input, Plan> = {
  kind: 'AMEND_PATRON',
  input,
  plan,
  patronOf: ({ patronId }) => patronId,
  async prepare(task, { patronId, ...form }) {
    const [patron] = await task.services.patrons.findMany([patronId], task.signal);
    if (patron == null) {
      throw new OperationRefused([problem('NOT_FOUND', 'patronId')]);
    }
    refuseIfAny(patronAmendmentProblems(form, patron, hongKongDay(task.operation.requestedAt)));
    const requested = patronChangesOf(form, patron);
    refuseIfAny(registeredProblems(patronId, await holdersOf(task, requested)));
    if (requested.status === 'CLOSED' && (await hasLoans(task, patronId))) {
      throw new OperationRefused([problem('LOANS_OUT', 'status')]);
    }
    return { patronId, version: form.version, changes: requested };
  },
  async carryOut(task, { patronId, version, changes: requested }) {
    const { services, signal } = task;
    const answer = await services.patrons.amendPatron(patronId, version, requested, signal);
    await acceptAmendment(task, patronId, ['patronId'], answer, (patron) =>
      hasPatronChanges(patron, requested),
    );
    await recordChanges(task, patronId, Object.keys(requested));
    return { patronId };
  },
};

/** The patron who is registered under each document that is changed; null if nobody is. */
async function holdersOf({ services, signal }: Task<PatronServices>, requested: PatronChanges) {
  const holderOf = async (kind: IdentityDocument['kind']) => {
    const field = documentFields[kind];
    const number = requested[field];
    if (number == null) {
      return {};
    }
    const holder = await services.patrons.findByDocument({ kind, number }, signal);
    return { [field]: holder?.number ?? null };
  };
  const [byIdentityCard, byCertificate] = await Promise.all([
    holderOf('HKID'),
    holderOf('BIRTH_CERTIFICATE'),
  ]);
  return { ...byIdentityCard, ...byCertificate };
}

/**
 * Whether the patron has items on loan on any card, even on closed ones (R16), or has an unsettled check-out. The
 * places of unsettled check-outs are read first. So if one is settled meanwhile, its loan is among the loans. A
 * check-out may have found the patron active but have no place yet. It can still lend, and its loan can be returned
 * later (R15).
 */
async function hasLoans({ services, signal }: Task<PatronServices>, patronId: string): Promise<boolean> {
  const { journal, cards, circulation } = services;
  const { holders } = await journal.placesNow(patronId, 'LOAN');
  const [own = []] = await cards.cardsByPatron([patronId], signal);
  const numbers = own.map(({ libraryCardNumber }) => libraryCardNumber);
  const loans = await circulation.loansByCard(numbers, signal);
  return holders.length > 0 || loans.flat().length > 0;
}
