import { setTimeout as wait } from 'node:timers/promises';
import type { OnReplacement } from '../../../adapters/credentials/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { startProcedure } from '../../operations/procedure.ts';
import { type Caller, mayRead, requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { CredentialsContext } from '../context.ts';
import { createPinCode } from '../procedures/create-pin-code.ts';
import {
  approveApplication,
  decideApplication,
  rejectApplication,
} from '../procedures/decide-application.ts';
import { discontinueSmartId, surrenderLibraryCard } from '../procedures/end-credential.ts';
import { printInformationCard } from '../procedures/print-information-card.ts';
import { rejectApplications } from '../procedures/reject-applications.ts';
import { replaceCredential } from '../procedures/replace-credential.ts';
import { reportLoss } from '../procedures/report-loss.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { setPin } from '../procedures/set-pin.ts';
import { submitApplication } from '../procedures/submit-application.ts';
import { countApplication } from '../received/count.ts';
import type { ApplicationForm } from '../rules/applications/form.ts';

interface CardInput {
  readonly reference: string;
  readonly libraryCardNumber: string;
}

/** With any of these scopes, a caller may act for any patron. */
const staffScopes: readonly Scope[] = ['credentials:write'];

/**
 * Each mutation returns its operation. The other fields of a payload are read if they are selected: see `results.ts`.
 */
export const mutations = {
  submitApplication: mutation<ApplicationForm & { reference: string }>(
    async ({ reference, ...form }, { services, caller, signal }) => {
      const submitter = { isStaff: submitsForOthers(caller), patronId: caller.patronId };
      const submit = () =>
        startProcedure(services, submitApplication, caller, reference, { form, submitter }, signal);
      const isOwn = caller.patronId !== null && form.patronId === caller.patronId;
      return submitter.isStaff || isOwn ? await submit() : await submitAsStranger(services, caller, submit);
    },
  ),
  approveApplication: mutation<{
    reference: string;
    applicationId: string;
    addressProofShown?: boolean | null;
    identityDocumentSeen?: boolean | null;
  }>(({ reference, applicationId, ...seen }, { services, caller, signal }) => {
    requireRead(caller, null, ['applications:decide']);
    const request = {
      applicationId,
      addressProofShown: seen.addressProofShown ?? false,
      identityDocumentSeen: seen.identityDocumentSeen ?? false,
    };
    return startProcedure(services, approveApplication, caller, reference, request, signal);
  }),
  rejectApplication: mutation<{ reference: string; applicationId: string; reason: string }>(
    ({ reference, ...request }, { services, caller, signal }) => {
      requireRead(caller, null, ['applications:decide']);
      return startProcedure(services, rejectApplication, caller, reference, request, signal);
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
      // The field is left out unless it is true. Otherwise, a repeated operation from before the field existed would
      // look different.
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
      const request = { ...input, onReplacement: input.onReplacement ?? null, ownerId: ownerOf(caller) };
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
  printInformationCard: mutation<CardInput>(({ reference, ...input }, { services, caller, signal }) => {
    requireRead(caller, null, staffScopes);
    return startProcedure(services, printInformationCard, caller, reference, input, signal);
  }),
  createPinCode: mutation<CardInput>(({ reference, ...input }, { services, caller, signal }) => {
    requireRead(caller, null, staffScopes);
    return startProcedure(services, createPinCode, caller, reference, input, signal);
  }),
  setPin: mutation<CardInput & { newPin: string }>(({ reference, ...input }, { services, caller, signal }) =>
    startProcedure(services, setPin, caller, reference, { ...input, ownerId: ownerOf(caller) }, signal),
  ),
};

/**
 * Submits a form that doesn't name the caller's own record. A signed-in reader may fill it in for somebody else, even
 * for another patron. Counts the application. The answer takes at least `verificationFloorMs`. So the duration doesn't
 * reveal whether the application is sent at once, or waits because others name the same document.
 */
async function submitAsStranger(
  services: CredentialServices,
  caller: Caller,
  submit: () => Promise<Operation>,
): Promise<Operation> {
  const floor = wait(services.verificationFloorMs);
  try {
    await countApplication(services, caller);
    return await submit();
  } finally {
    await floor;
  }
}

function mutation<Input>(run: (input: Input, context: CredentialsContext) => Promise<Operation>) {
  return async (_: unknown, { input }: { input: Input }, context: CredentialsContext): Promise<Operation> => {
    try {
      return await run(input, context);
    } finally {
      // Values that were read before a change must not be returned after it.
      for (const loader of [context.cardsByPatron, context.cardsByNumber, context.applications]) {
        loader.clearAll();
      }
    }
  };
}

/** Whether the caller is staff, who submit applications for others and confirm which documents they saw (R27). */
const submitsForOthers = (caller: Caller): boolean =>
  mayRead(caller, null, ['applications:decide', ...staffScopes]);

/**
 * The patron to whom the card must belong (R27). It is the patron who is signed in. For staff it is null, which allows
 * any patron's card.
 * @throws GraphQLError UNAUTHENTICATED or FORBIDDEN for any other caller.
 */
function ownerOf(caller: Caller): string | null {
  if (mayRead(caller, null, staffScopes)) {
    return null;
  }
  if (caller.patronId === null) {
    requireRead(caller, null, staffScopes);
  }
  return caller.patronId;
}
