import { z } from 'zod';
import type { IdentityDocument, Patron, PatronChanges } from '../../../adapters/patrons/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { applicantKey, documentKey } from '../../operations/locks.ts';
import { OperationRefused, refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure, Task } from '../../operations/procedure.ts';
import type { PatronServices } from '../context.ts';
import { enrolledSmartIdProblems } from '../rules/enrolled-smart-id.ts';
import {
  atClear,
  documentFields,
  patronAmendmentProblems,
  patronChangesOf,
  registeredProblems,
} from '../rules/patron-amendment.ts';
import { problem } from '../rules/problems.ts';
import { readPatron } from './read-patron.ts';
import { carryOutChange } from './standing/carry-out.ts';
import { planChange, type RecordPlan, recordPlan, standing } from './standing/plan.ts';

const text = z.string();
const nullableText = text.nullable();

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
  status: standing.exactOptional(),
});
type Input = z.infer<typeof input>;

/**
 * Changes a patron's identity and status: names, date of birth, documents, guarantor, status (R7, R15). The record must
 * still have the version that the caller read. A change of the status is carried out in all systems, as in
 * `change-standing.ts`. The functions that {@link carryOutChange} calls describe the steps.
 */
export const amendPatron: Procedure<PatronServices, Input, RecordPlan> = {
  kind: 'AMEND_PATRON',
  input,
  plan: recordPlan,
  patronOf: ({ patronId }) => patronId,
  async prepare(task, { patronId, ...form }) {
    const patron = await readPatron(task, patronId);
    const today = hongKongDay(task.operation.requestedAt);
    refuseIfAny(patronAmendmentProblems(form, patron, today));
    const requested = patronChangesOf(form, patron);
    await checkIdentity(task, patron, form, requested, today);
    const { version } = form;
    const to = requested.status ?? null;
    return await planChange(task, patron, { version, changes: requested, to, standingField: 'status' });
  },
  carryOut: carryOutChange,
};

/**
 * Checks a change of documents or of the date of birth against the other patrons and the patron's cards (R4, R7, R18).
 * @throws OperationRefused
 */
async function checkIdentity(
  task: Task<PatronServices>,
  { number: patronId, identityDocuments }: Patron,
  form: Omit<Input, 'patronId'>,
  requested: PatronChanges,
  today: string,
): Promise<void> {
  const { identityNumber, birthCertificateNumber, dateOfBirth } = requested;
  if (identityNumber === undefined && birthCertificateNumber === undefined && dateOfBirth === undefined) {
    return;
  }
  const { services, operation, signal } = task;
  const documents = [
    ...identityDocuments.map(({ number }) => number),
    identityNumber,
    birthCertificateNumber,
  ];
  const numbers = new Set(documents.filter((number) => number != null));
  const keys = [applicantKey(patronId), ...[...numbers].map((number) => documentKey(services, number))];
  if ((await services.journal.lock(operation.id, keys)) !== null) {
    throw new OperationRefused([problem('ANOTHER_OPERATION_OPEN')]);
  }
  const [holders, [patronCards = []]] = await Promise.all([
    holdersOf(task, requested),
    services.cards.cardsByPatron([patronId], signal),
  ]);
  const problems = [
    ...registeredProblems(patronId, holders),
    ...enrolledSmartIdProblems(requested, patronCards, today),
  ];
  refuseIfAny(problems.map((one) => atClear(one, form)));
}

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
