import { z } from 'zod';
import type { NewApplication } from '../../../adapters/credentials/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { newApplicationOf } from '../rules/applications/form.ts';
import { undisclosedHolders } from '../rules/applications/identity.ts';
import {
  type ApplicantRecords,
  formProblems,
  mayReadRecords,
  recordProblems,
} from '../rules/applications/submission.ts';
import { credentialKinds } from '../rules/cards/kinds.ts';
import { holdersOf } from './holders.ts';
import { lostEarlier } from './losses.ts';
import { type CredentialServices, type CredentialTask, done, lockNumber, refuseIfAny } from './services.ts';

const kind = z.enum(credentialKinds);
const text = z.string().nullable().exactOptional();
const form = z.object({
  channel: z.enum(['COUNTER', 'INTERNET']),
  patronId: text,
  wants: z.array(kind).readonly(),
  applicant: z.object({
    englishName: z.string(),
    chineseName: text,
    identityNumber: text,
    birthCertificateNumber: text,
    dateOfBirth: z.string(),
    smartIdDateOfIssue: text,
    addressLines: z.array(z.string()).readonly().nullable().exactOptional(),
    addressProofShown: z.boolean().nullable().exactOptional(),
    telephone: text,
    email: text,
  }),
  guarantor: z
    .object({ name: z.string(), telephone: text, signedOn: z.string(), allowsSmartId: z.boolean() })
    .nullable()
    .exactOptional(),
});
const input = z.object({
  form,
  submitter: z.object({ isStaff: z.boolean(), patronId: z.string().nullable() }),
});
type Input = z.infer<typeof input>;

const known = z.string().nullable();
/** The application as it is handed in. */
const plan = z.object({
  channel: z.enum(['COUNTER', 'INTERNET']),
  patronId: known,
  wants: z.array(kind).readonly(),
  applicant: z.object({
    englishName: z.string(),
    chineseName: known,
    identityNumber: known,
    birthCertificateNumber: known,
    dateOfBirth: z.string(),
    smartIdDateOfIssue: known,
    address: known,
    addressProofShown: z.boolean(),
    telephone: known,
    email: known,
  }),
  guarantor: z
    .object({ name: z.string(), telephone: known, signedOn: z.string(), allowsSmartId: z.boolean() })
    .nullable(),
});
type Plan = z.infer<typeof plan>;

/** Someone applies for a card, or two (R1 to R8). Everything that is wrong is told at once. */
export const submitApplication: Procedure<CredentialServices, Input, Plan> = {
  kind: 'SUBMIT_APPLICATION',
  input,
  plan,
  async prepare(task, { form: filledIn, submitter }) {
    const application = newApplicationOf(filledIn);
    // The day of applying, also when this is gone on with the day after.
    const problems = formProblems(application, submitter, hongKongDay(task.operation.requestedAt));
    if (!mayReadRecords(problems)) {
      refuseIfAny(problems);
    }
    if (application.patronId !== null) {
      await lockNumber(task, 'applicant', application.patronId, 'patronId');
    }
    const records = await recordsOf(task, application, submitter.isStaff);
    refuseIfAny([...problems, ...recordProblems(application, records)]);
    return application;
  },
  async carryOut({ services, operation, signal }, application) {
    const submitted = done(await services.cards.submitApplication(operation.id, application, signal));
    return { applicationId: submitted.application.id };
  },
};

/** Who is not staff learns nothing of who is registered, and so the registry isn't asked (R7). */
async function recordsOf(
  task: CredentialTask,
  application: NewApplication,
  isStaff: boolean,
): Promise<ApplicantRecords> {
  const { services, signal } = task;
  const { patronId } = application;
  const holders = isStaff
    ? await holdersOf(services.patrons, application.applicant, signal)
    : undisclosedHolders;
  if (patronId === null) {
    return { patron: null, cards: [], lostEarlier: new Set(), applications: [], holders };
  }
  const [[patron = null], [cards = []], { rows }] = await Promise.all([
    services.patrons.findMany([patronId], signal),
    services.cards.cardsByPatron([patronId], signal),
    services.cards.listApplications({ patronId, status: 'RECEIVED' }, { first: 100 }, signal),
  ]);
  const lost = await lostEarlier(task, application, cards);
  return { patron, cards, lostEarlier: lost, applications: rows, holders };
}
