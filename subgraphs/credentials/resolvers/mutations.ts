import { z } from 'zod';
import type { Operation } from '../../../adapters/journal/port.ts';
import { operationPayload, resultOf } from '../../operations/payload.ts';
import { startProcedure } from '../../operations/procedure.ts';
import { type Caller, mayRead, requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { CredentialsContext } from '../context.ts';
import { decideApplication } from '../procedures/decide-application.ts';
import { discontinueSmartId, surrenderLibraryCard } from '../procedures/end-credential.ts';
import { printInformationCard } from '../procedures/print-information-card.ts';
import { replaceCredential } from '../procedures/replace-credential.ts';
import { reportLoss } from '../procedures/report-loss.ts';
import { setPin } from '../procedures/set-pin.ts';
import { submitApplication } from '../procedures/submit-application.ts';
import { receiptOf } from '../receipt.ts';
import type { ApplicationForm } from '../rules/applications/form.ts';

interface CardInput {
  readonly reference: string;
  readonly libraryCardNumber: string;
}

const staff: readonly Scope[] = ['credentials:write'];

/** Each answers with its operation; what else is told of it is read when it is asked for, as it is then. */
export const mutations = {
  submitApplication: mutation<ApplicationForm & { reference: string }>(
    ({ reference, ...form }, { services, caller, signal }) => {
      const submitter = { isStaff: isDesk(caller), patronId: caller.patronId };
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
    const asked = {
      applicationId,
      approve,
      addressProofShown: input.addressProofShown ?? false,
      // Left out unless it is true, so that what was asked for before there was this field is still the same.
      ...(identityDocumentSeen === true && { identityDocumentSeen }),
      reason: input.reason ?? null,
    };
    return startProcedure(services, decideApplication, caller, reference, asked, signal);
  }),
  reportLoss: mutation<CardInput & { onReplacement?: 'CONTINUE' | 'DISCONTINUE' | null }>(
    ({ reference, ...input }, { services, caller, signal }) => {
      const asked = { ...input, onReplacement: input.onReplacement ?? null, ownerId: ownerOf(caller) };
      return startProcedure(services, reportLoss, caller, reference, asked, signal);
    },
  ),
  replaceCredential: mutation<CardInput & { smartIdDateOfIssue?: string | null }>(
    ({ reference, ...input }, { services, caller, signal }) => {
      requireRead(caller, null, [...staff, 'station']);
      const isStaff = mayRead(caller, null, staff);
      const asked = { ...input, smartIdDateOfIssue: input.smartIdDateOfIssue ?? null, isStaff };
      return startProcedure(services, replaceCredential, caller, reference, asked, signal);
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
    requireRead(caller, null, staff);
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
    requireRead(caller, null, staff);
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
      // Nothing that was read before a change is told after it.
      for (const loader of [context.cardsByPatron, context.cardsByNumber, context.applications]) {
        loader.clearAll();
      }
    }
  };
}

/** Those who hand applications in for others, and say what was shown to them (R27). */
const isDesk = (caller: Caller): boolean => mayRead(caller, null, ['applications:decide', ...staff]);

/** Whose card it must be: the patron's own who is signed in, or null, for staff, anybody's. */
function ownerOf(caller: Caller): string | null {
  if (mayRead(caller, null, staff)) {
    return null;
  }
  if (caller.patronId === null) {
    requireRead(caller, null, staff);
  }
  return caller.patronId;
}

const cardChanged = z.object({ libraryCardNumber: z.string() });
const applicationChanged = z.object({ applicationId: z.string() });

const applicationPayload = {
  ...operationPayload,
  /** For who may read it; to others the receipt tells how it stands (R7). */
  application: async (operation: Operation, _args: unknown, context: CredentialsContext) => {
    const done = resultOf(operation, applicationChanged);
    const found = done === null ? null : await context.applications.load(done.applicationId);
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
      const done = resultOf(operation, applicationChanged);
      const decided = done === null ? null : await context.applications.load(done.applicationId);
      return decided?.patronId == null ? null : { id: decided.patronId };
    },
  },
  CredentialPayload: {
    ...operationPayload,
    credential: (operation: Operation, _args: unknown, context: CredentialsContext) => {
      const done = resultOf(operation, cardChanged);
      return done === null ? null : context.cardsByNumber.load(done.libraryCardNumber);
    },
    patron: async (operation: Operation, _args: unknown, context: CredentialsContext) => {
      const done = resultOf(operation, cardChanged);
      const card = done === null ? null : await context.cardsByNumber.load(done.libraryCardNumber);
      return card === null ? null : { id: card.patronId };
    },
  },
};
