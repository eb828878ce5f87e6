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
  englishName: nullableText.exactOptional(),
  chineseName: nullableText.exactOptional(),
  dateOfBirth: nullableText.exactOptional(),
  identityNumber: nullableText.exactOptional(),
  birthCertificateNumber: nullableText.exactOptional(),
  guarantor: z.object({ name: text, telephone: nullableText.exactOptional() }).nullable().exactOptional(),
  status: status.nullable().exactOptional(),
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
 * Changes who a patron is: names, date of birth, documents, guarantor, status (R7, R15), if the record still has the version
 * that was read. A record is closed only once everything is back.
 *
 * 1. The registry changes the record. Safe to repeat, as {@link acceptAmendment} tells.
 * 2. The names of the fields are recorded in the audit. Safe to repeat, as {@link recordChanges} tells.
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

/** The patron whom the registry knows by each document that is changed, if any. */
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
 * True where something is out on any of the patron's cards, closed ones too (R16), or is being lent by an operation that is
 * not settled. Those are read first: what is settled meanwhile is among the loans. A check-out that has found the patron
 * active, and has no place yet, can still lend; its loan can be returned afterwards (R15).
 */
async function hasLoans({ services, signal }: Task<PatronServices>, patronId: string): Promise<boolean> {
  const { journal, cards, circulation } = services;
  const { holders } = await journal.placesNow(patronId, 'LOAN');
  const [own = []] = await cards.cardsByPatron([patronId], signal);
  const numbers = own.map(({ libraryCardNumber }) => libraryCardNumber);
  const loans = await circulation.loansByCard(numbers, signal);
  return holders.length > 0 || loans.flat().length > 0;
}
