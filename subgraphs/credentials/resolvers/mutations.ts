import type { Credential, OnReplacement } from '../../../adapters/credentials/port.ts';
import { answerNotBefore } from '../../../platform/telemetry/request-scope.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { hashedKey } from '../../operations/attempts/failure-limits.ts';
import { verificationFloorMs } from '../../operations/attempts/pin-attempts.ts';
import { startProcedure } from '../../operations/procedure.ts';
import { type Caller, mayRead, requireRead } from '../../runtime/caller.ts';
import { requireFreshSignIn } from '../../runtime/fresh-sign-ins.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { CredentialsContext } from '../context.ts';
import { countOrRefuse } from '../count-or-refuse.ts';
import { createPinCode } from '../procedures/create-pin-code.ts';
import {
  approveApplication,
  decideApplication,
  rejectApplication,
  withdrawApplication,
} from '../procedures/decide-application.ts';
import { discontinueSmartId, surrenderLibraryCard } from '../procedures/end-credential.ts';
import { mergePatrons } from '../procedures/merge-patrons.ts';
import { printInformationCard } from '../procedures/print-information-card.ts';
import { rejectApplications } from '../procedures/reject-applications.ts';
import { replaceCredential } from '../procedures/replace-credential.ts';
import { reportLoss } from '../procedures/report-loss.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { setPin } from '../procedures/set-pin.ts';
import { submitApplication } from '../procedures/submit-application.ts';
import { countApplication } from '../received/count.ts';
import type { ApplicationForm } from '../rules/applications/form.ts';
import { continuesService } from '../rules/cards/loss.ts';
import { pinsPerPatron } from '../rules/limits.ts';

interface CardInput {
  readonly reference: string;
  readonly libraryCardNumber: string;
}

/** With any of these scopes, a caller may act for any patron. */
const staffScopes: readonly Scope[] = ['credentials:write'];

/**
 * If a loss report also ends the service of the card, the reader must have signed in at most this many seconds ago. The
 * SDL has the same maximum for `discontinueSmartId`.
 */
const freshSeconds = 600;

/** Each mutation returns its operation. The fields of the payload are resolved from it in `results.ts`. */
export const mutations = {
  submitApplication: mutation<ApplicationForm & { reference: string }>(
    async ({ reference, ...form }, { services, caller, signal }) => {
      const submitter = { isStaff: submitsForOthers(caller), patronId: caller.patronId };
      const submit = () =>
        startProcedure(services, submitApplication, caller, reference, { form, submitter }, signal);
      const isOwn = caller.patronId !== null && form.patronId === caller.patronId;
      return submitter.isStaff || isOwn ? await submit() : await submitForAnother(services, caller, submit);
    },
  ),
  approveApplication: mutation<{
    reference: string;
    applicationId: string;
    addressProofShown?: boolean | null;
    identityDocumentSeen?: boolean | null;
    otherApplicationsSeen?: readonly string[] | null;
    applicationsSearched?: boolean | null;
  }>(({ reference, applicationId, ...seen }, { services, caller, signal }) => {
    requireRead(caller, null, ['applications:decide']);
    const request = {
      applicationId,
      addressProofShown: seen.addressProofShown ?? false,
      identityDocumentSeen: seen.identityDocumentSeen ?? false,
      otherApplicationsSeen: seen.otherApplicationsSeen ?? [],
      applicationsSearched: seen.applicationsSearched ?? false,
    };
    return startProcedure(services, approveApplication, caller, reference, request, signal);
  }),
  rejectApplication: mutation<{ reference: string; applicationId: string; reason: string }>(
    ({ reference, ...request }, { services, caller, signal }) => {
      requireRead(caller, null, ['applications:decide']);
      return startProcedure(services, rejectApplication, caller, reference, request, signal);
    },
  ),
  withdrawApplication: mutation<{ reference: string; applicationId: string }>(
    ({ reference, applicationId }, { services, caller, signal }) => {
      const request = { applicationId, ownerId: ownerOf(caller, ['applications:decide']) };
      return startProcedure(services, withdrawApplication, caller, reference, request, signal);
    },
  ),
  decideApplication: mutation<{
    reference: string;
    applicationId: string;
    approve: boolean;
    addressProofShown?: boolean | null;
    identityDocumentSeen?: boolean | null;
    reason?: string | null;
  }>(({ reference, ...input }, { services, caller, signal }) => {
    requireRead(caller, null, ['applications:decide']);
    const { applicationId, approve, identityDocumentSeen } = input;
    const request = {
      applicationId,
      approve,
      addressProofShown: input.addressProofShown ?? false,
      // False is stored as absent, so that a repeated request of an earlier release has the same fingerprint.
      identityDocumentSeen: identityDocumentSeen === true ? true : undefined,
      reason: input.reason ?? null,
    };
    return startProcedure(services, decideApplication, caller, reference, request, signal);
  }),
  rejectApplications: mutation<{ reference: string; applicationIds: readonly string[]; reason: string }>(
    ({ reference, ...request }, { services, caller, signal }) => {
      requireRead(caller, null, ['applications:decide']);
      return startProcedure(services, rejectApplications, caller, reference, request, signal);
    },
  ),
  reportLoss: mutation<CardInput & { onReplacement?: OnReplacement | null }>(
    ({ reference, ...input }, { services, caller, signal }) => {
      const { onReplacement = null } = input;
      const request = { ...input, onReplacement, ownerId: ownerOf(caller) };
      if (onReplacement !== null && !continuesService[onReplacement]) {
        requireFreshSignIn(caller, { seconds: freshSeconds, scopes: staffScopes });
      }
      return startProcedure(services, reportLoss, caller, reference, request, signal);
    },
  ),
  replaceCredential: mutation<CardInput & { smartIdDateOfIssue?: string | null }>(
    ({ reference, ...input }, { services, caller, signal }) => {
      requireRead(caller, null, [...staffScopes, 'station']);
      const isStaff = mayRead(caller, null, staffScopes);
      const request = { ...input, smartIdDateOfIssue: input.smartIdDateOfIssue ?? null, isStaff };
      return startProcedure(services, replaceCredential, caller, reference, request, signal);
    },
  ),
  discontinueSmartId: mutation<CardInput>(({ reference, ...input }, { services, caller, signal }) =>
    startProcedure(
      services,
      discontinueSmartId,
      caller,
      reference,
      { ...input, ownerId: ownerOf(caller) },
      signal,
    ),
  ),
  surrenderLibraryCard: mutation<CardInput>(({ reference, ...input }, { services, caller, signal }) => {
    requireRead(caller, null, staffScopes);
    return startProcedure(
      services,
      surrenderLibraryCard,
      caller,
      reference,
      { ...input, ownerId: null },
      signal,
    );
  }),
  mergePatrons: mutation<{ reference: string; leavingPatronId: string; stayingPatronId: string }>(
    ({ reference, ...request }, { services, caller, signal }) => {
      requireRead(caller, null, ['patrons:write']);
      return startProcedure(services, mergePatrons, caller, reference, request, signal);
    },
  ),
  printInformationCard: mutation<CardInput>(({ reference, ...input }, { services, caller, signal }) => {
    requireRead(caller, null, staffScopes);
    return startProcedure(services, printInformationCard, caller, reference, input, signal);
  }),
  createPinCode: mutation<CardInput>(({ reference, ...input }, { services, caller, signal }) => {
    requireRead(caller, null, staffScopes);
    return startProcedure(services, createPinCode, caller, reference, input, signal);
  }),
  setPin: mutation<CardInput & { newPin: string }>(
    async ({ reference, ...input }, { services, caller, signal }) => {
      const ownerId = ownerOf(caller);
      if (ownerId !== null) {
        const key = `set PIN ${hashedKey(services, 'number', ownerId)}`;
        await countOrRefuse(services.attempts, key, pinsPerPatron, errorTexts.PINS_SET);
      }
      return await startProcedure(services, setPin, caller, reference, { ...input, ownerId }, signal);
    },
  ),
};

/**
 * Submits an application that doesn't name the caller's own record. A signed-in reader may apply for somebody else in
 * this way. The number of such applications in an hour is limited. The answer isn't sent before `verificationFloorMs`
 * has passed. So the time doesn't show whether the application waits because others name the same document.
 */
async function submitForAnother(
  services: CredentialServices,
  caller: Caller,
  submit: () => Promise<Operation>,
): Promise<Operation> {
  answerNotBefore(verificationFloorMs);
  await countApplication(services, caller);
  return await submit();
}

function mutation<Input>(run: (input: Input, context: CredentialsContext) => Promise<Operation>) {
  return async (_: unknown, { input }: { input: Input }, context: CredentialsContext): Promise<Operation> => {
    const changed: Credential[] = [];
    const services = { ...context.services, cardChanged: (card: Credential) => void changed.push(card) };
    try {
      return await run(input, { ...context, services });
    } finally {
      // After a change, loaders must not return what they read before it.
      for (const loader of [
        context.cardsByPatron,
        context.cardsByNumber,
        context.applications,
        context.merges,
      ]) {
        loader.clearAll();
      }
      // Card management's answer to the change contains the card, so the payload need not read it.
      for (const card of changed) {
        context.cardsByNumber.prime(card.libraryCardNumber, card);
      }
    }
  };
}

/** Whether the caller is staff, who submit applications for others and confirm which documents they saw (R27). */
const submitsForOthers = (caller: Caller): boolean =>
  mayRead(caller, null, ['applications:decide', ...staffScopes]);

/**
 * The patron to whom the card or application must belong (R27): the patron who is signed in. Null for staff with one of
 * the scopes, who may name anybody's.
 * @throws GraphQLError UNAUTHENTICATED or FORBIDDEN for any other caller.
 */
function ownerOf(caller: Caller, scopes: readonly Scope[] = staffScopes): string | null {
  if (mayRead(caller, null, scopes)) {
    return null;
  }
  if (caller.patronId === null) {
    requireRead(caller, null, scopes);
  }
  return caller.patronId;
}
