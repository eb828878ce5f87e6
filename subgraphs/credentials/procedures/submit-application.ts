import { z } from 'zod';
import type { NewApplication } from '../../../adapters/credentials/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { applicantKey } from '../../operations/locks.ts';
import { wasMerged } from '../../operations/merged-records.ts';
import { refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { undisclosedHolders } from '../rules/applications/document-holders.ts';
import { newApplicationOf } from '../rules/applications/form.ts';
import { channels } from '../rules/applications/staff-only-facts.ts';
import {
  type ApplicantRecords,
  formProblems,
  mayReadRecords,
  recordProblems,
} from '../rules/applications/submission.ts';
import { credentialKinds } from '../rules/cards/kinds.ts';
import type { CredentialServices, CredentialTask } from './services.ts';
import { closeDecided, documentOf, takeDocumentSlot } from './steps/document-slots.ts';
import { lockNumber } from './steps/locks.ts';
import { findDocumentHolders } from './steps/lookups/find-document-holders.ts';
import { findEarlierLosses } from './steps/lookups/find-earlier-losses.ts';
import { acceptedOrRefuse } from './steps/refusals.ts';

const channel = z.enum(channels);
const wants = z.array(z.enum(credentialKinds)).readonly();

/** A field of the application form: absent, null or a text. */
const formText = z.string().nullable().exactOptional();
/** The form as it was filled in. */
const form = z.object({
  channel,
  patronId: formText,
  wants,
  applicant: z.object({
    englishName: z.string(),
    chineseName: formText,
    identityNumber: formText,
    birthCertificateNumber: formText,
    dateOfBirth: z.string(),
    smartIdDateOfIssue: formText,
    addressLines: z.array(z.string()).readonly().nullable().exactOptional(),
    addressProofShown: z.boolean().nullable().exactOptional(),
    telephone: formText,
    email: formText,
  }),
  guarantor: z
    .object({ name: z.string(), telephone: formText, signedOn: z.string(), allowsSmartId: z.boolean() })
    .nullable()
    .exactOptional(),
});
const input = z.object({
  form,
  submitter: z.object({ isStaff: z.boolean(), patronId: z.string().nullable() }),
});
type Input = z.infer<typeof input>;

/** A field of the application: null or a text. */
const applicationText = z.string().nullable();
/** The application in the form that is submitted to card management. */
export const newApplicationSchema = z.object({
  channel,
  patronId: applicationText,
  wants,
  applicant: z.object({
    englishName: z.string(),
    chineseName: applicationText,
    identityNumber: applicationText,
    birthCertificateNumber: applicationText,
    dateOfBirth: z.string(),
    smartIdDateOfIssue: applicationText,
    address: applicationText,
    addressProofShown: z.boolean(),
    telephone: applicationText,
    email: applicationText,
  }),
  guarantor: z
    .object({
      name: z.string(),
      telephone: applicationText,
      signedOn: z.string(),
      allowsSmartId: z.boolean(),
    })
    .nullable(),
});
/** `isCounted`: the application takes one of its document's slots. Absent in plans of earlier releases. */
const plan = newApplicationSchema.extend({ isCounted: z.boolean().default(false) });
type Plan = z.infer<typeof plan>;

/**
 * Submits an application for a card, or for both (R1 to R8). All problems are reported at once.
 *
 * For each document, three applications of people without a record may wait in card management: its three slots.
 *
 * 1. Decided applications for the same document free their slots. This is safe to repeat.
 * 2. The application of a person without a record takes one of the slots. If none is free, the application waits in the
 *    journal (decision 36). The operation is then done, and `release.ts` sends the application later. This is safe to
 *    repeat, because the operation gets the same answer.
 * 3. Card management stores the application. This is safe to repeat, because card management recognises the operation's
 *    id and gives the same answer again.
 * 4. The number of the application is recorded with its slot. This is safe to repeat.
 */
export const submitApplication: Procedure<CredentialServices, Input, Plan> = {
  kind: 'SUBMIT_APPLICATION',
  input,
  plan,
  // Only staff can name another patron (R27). For an applicant without a record, there is no patron yet.
  patronOf: ({ form: { patronId = null }, submitter }) => (submitter.isStaff ? patronId : submitter.patronId),
  async prepare(task, { form: filledForm, submitter }) {
    const application = newApplicationOf(filledForm);
    // The day on which the application was made, even if the operation is continued on the next day.
    const today = hongKongDay(task.operation.requestedAt);
    const problems = formProblems(application, submitter, today);
    if (!mayReadRecords(problems)) {
      refuseIfAny(problems);
    }
    if (application.patronId !== null) {
      await lockNumber(task, applicantKey, application.patronId, 'patronId');
    }
    const records = await readRecords(task, application, submitter.isStaff);
    refuseIfAny([...problems, ...recordProblems(application, records)]);
    const isOfUnregistered = !submitter.isStaff && application.patronId === null;
    return { ...application, isCounted: isOfUnregistered && documentOf(application.applicant) !== null };
  },
  async carryOut({ services, operation, signal }, { isCounted, ...application }) {
    const document = isCounted ? documentOf(application.applicant) : null;
    if (document !== null) {
      // Card management is called even if the application must wait in the journal. So if card management can't be
      // reached, the operation continues later, whether the application must wait or not.
      await closeDecided(services, document, signal);
      if (!(await takeDocumentSlot(services, operation.id, document, application))) {
        return { applicationId: null };
      }
    }
    const answer = await services.cards.submitApplication(operation.id, application, signal);
    if (document !== null && 'refused' in answer) {
      await services.received.closeApplications([operation.id]);
    }
    const { id } = acceptedOrRefuse('SUBMIT_APPLICATION', answer).application;
    if (document !== null) {
      await services.received.applicationSent(operation.id, id);
    }
    return { applicationId: id };
  },
};

/**
 * Reads the records that the rules need. The registry is searched by document only for staff. Nobody else may learn who
 * is registered (R7).
 */
async function readRecords(
  task: CredentialTask,
  application: NewApplication,
  isStaff: boolean,
): Promise<ApplicantRecords> {
  const { services, signal } = task;
  const { patronId, applicant } = application;
  const holders = isStaff
    ? await findDocumentHolders(services.patrons, applicant, signal)
    : undisclosedHolders;
  if (patronId === null) {
    return { patron: null, isMerged: false, cards: [], lostEarlier: new Set(), applications: [], holders };
  }
  const [[patron = null], isMerged, [cards = []], { rows: applications }] = await Promise.all([
    services.patrons.findMany([patronId], signal),
    wasMerged(services.merged, patronId),
    services.cards.cardsByPatron([patronId], signal),
    services.cards.listApplications({ patronId, status: 'RECEIVED' }, { first: 100, after: null }, signal),
  ]);
  const lostEarlier = await findEarlierLosses(task, application, cards);
  return { patron, isMerged, cards, lostEarlier, applications, holders };
}
