import { GraphQLError } from 'graphql';
import { z } from 'zod';
import type { OnReplacement } from '../../../adapters/credentials/port.ts';
import type { Operation } from '../../../adapters/journal/port.ts';
import { operationPayload, resultOf } from '../../operations/payload.ts';
import { startProcedure } from '../../operations/procedure.ts';
import { type Caller, mayRead, requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { CredentialsContext } from '../context.ts';
import { decideApplication } from '../procedures/decide-application.ts';
import { discontinueSmartId, surrenderLibraryCard } from '../procedures/end-credential.ts';
import { printInformationCard } from '../procedures/print-information-card.ts';
import { rejectApplications, rejectionResult } from '../procedures/reject-applications.ts';
import { replaceCredential } from '../procedures/replace-credential.ts';
import { reportLoss } from '../procedures/report-loss.ts';
import { setPin, setPinResult, unknownLock } from '../procedures/set-pin.ts';
import { submitApplication } from '../procedures/submit-application.ts';
import { receiptOf } from '../receipt.ts';
import type { ApplicationForm } from '../rules/applications/form.ts';

interface CardInput {
  readonly reference: string;
  readonly libraryCardNumber: string;
}

/** Each lets its holder act for any patron. */
const staffScopes: readonly Scope[] = ['credentials:write'];

/** Each returns its operation. Everything else in a payload is read when it is selected, as it is at that moment. */
export const mutations = {
  submitApplication: mutation<ApplicationForm & { reference: string }>(
    ({ reference, ...form }, { services, caller, signal }) => {
      const submitter = { isStaff: submitsForOthers(caller), patronId: caller.patronId };
      return startProcedure(services, submitApplication, caller, reference, { form, submitter }, signal);
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
      // Left out unless it is true: an operation that began before the field existed must be recognised when it is repeated.
      ...(identityDocumentSeen === true && { identityDocumentSeen }),
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
  setPin: mutation<CardInput & { newPin: string }>(({ reference, ...input }, { services, caller, signal }) =>
    startProcedure(services, setPin, caller, reference, { ...input, ownerId: ownerOf(caller) }, signal),
  ),
};

function mutation<Input>(run: (input: Input, context: CredentialsContext) => Promise<Operation>) {
  return async (_: unknown, { input }: { input: Input }, context: CredentialsContext): Promise<Operation> => {
    try {
      return await run(input, context);
    } finally {
      // What was read before a change must not be returned after it.
      for (const loader of [context.cardsByPatron, context.cardsByNumber, context.applications]) {
        loader.clearAll();
      }
    }
  };
}

/** R27: true for staff, who submit applications for others and say what was shown to them. */
const submitsForOthers = (caller: Caller): boolean =>
  mayRead(caller, null, ['applications:decide', ...staffScopes]);

/**
 * The patron whose card it must be: the one who is signed in; null, any patron's, for staff (R27).
 * @throws GraphQLError UNAUTHENTICATED or FORBIDDEN for everybody else.
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

const cardResult = z.object({ libraryCardNumber: z.string() });
const applicationResult = z.object({ applicationId: z.string() });

const applicationPayload = {
  ...operationPayload,
  /** Null for a caller who may not read it: the receipt tells them how it stands (R7). */
  application: async (operation: Operation, _args: unknown, context: CredentialsContext) => {
    const result = resultOf(operation, applicationResult);
    const found = result === null ? null : await context.applications.load(result.applicationId);
    const mayReadIt =
      found !== null && mayRead(context.caller, found.patronId, ['credentials:read', 'applications:decide']);
    return mayReadIt ? found : null;
  },
};

export const payloadResolvers = {
  SubmitApplicationPayload: {
    ...applicationPayload,
    receipt: (operation: Operation, _args: unknown, { services }: CredentialsContext) =>
      operation.state === 'REFUSED' ? null : receiptOf(services, operation),
  },
  DecideApplicationPayload: {
    ...applicationPayload,
    patron: async (operation: Operation, _args: unknown, context: CredentialsContext) => {
      const result = resultOf(operation, applicationResult);
      const application = result === null ? null : await context.applications.load(result.applicationId);
      return application?.patronId == null ? null : { id: application.patronId };
    },
  },
  RejectApplicationsPayload: {
    ...operationPayload,
    outcomes: (operation: Operation) => resultOf(operation, rejectionResult)?.outcomes ?? [],
  },
  RejectionOutcome: {
    state: ({ problems }: { readonly problems: readonly unknown[] }) =>
      problems.length === 0 ? 'DONE' : 'REFUSED',
    application: (
      { applicationId }: { readonly applicationId: string },
      _args: unknown,
      context: CredentialsContext,
    ) => context.applications.load(applicationId),
  },
  CredentialPayload: {
    ...operationPayload,
    pinLockedUntil: (operation: Operation) => {
      const lockedUntil = resultOf(operation, setPinResult)?.pinLockedUntil ?? null;
      if (lockedUntil === unknownLock) {
        throw new GraphQLError('The PIN is set, but card management did not say whether it is locked.', {
          extensions: { code: 'UPSTREAM_UNAVAILABLE' },
        });
      }
      return lockedUntil;
    },
    credential: (operation: Operation, _args: unknown, context: CredentialsContext) => {
      const result = resultOf(operation, cardResult);
      return result === null ? null : context.cardsByNumber.load(result.libraryCardNumber);
    },
    patron: async (operation: Operation, _args: unknown, context: CredentialsContext) => {
      const result = resultOf(operation, cardResult);
      const card = result === null ? null : await context.cardsByNumber.load(result.libraryCardNumber);
      return card === null ? null : { id: card.patronId };
    },
  },
};
