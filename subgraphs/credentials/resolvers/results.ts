/**
 * Resolvers for the payloads of mutations, and for the types of operations that are looked up. Both show the
 * operation's current outcome.
 */
import type { Credential } from '../../../adapters/credentials/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import {
  changedApplication,
  changedCard,
  codeExpiresAt,
  mergeFields,
  pinLockedUntil,
  type RejectionOutcome,
  rejectionOutcomes,
  stateOfRejection,
} from '../../operations/results/card-results.ts';
import { operationFields, operationInterface, payloadFields } from '../../operations/results/payload.ts';
import { receiptOf } from '../../operations/results/receipt.ts';
import type { CredentialsContext } from '../context.ts';
import { currentPinCode } from '../procedures/pin-code.ts';
import { readableApplication } from './applications.ts';

const ofCard = {
  credential: (
    operation: Operation,
    _args: unknown,
    { cardsByNumber }: CredentialsContext,
  ): Promise<Credential | null> | null => {
    const number = changedCard(operation);
    return number === null ? null : cardsByNumber.load(number);
  },
};
const ofCode = { ...ofCard, expiresAt: codeExpiresAt };
const ofPin = { ...ofCard, pinLockedUntil };
const ofCardChange = { ...payloadFields, ...ofCard, pinLockedUntil: () => null };

const ofApplication = {
  /**
   * The application. Null if there is none yet, or if the caller may not read it. The receipt shows the status to every
   * caller (R7).
   */
  application: (operation: Operation, _args: unknown, context: CredentialsContext) => {
    const id = changedApplication(operation);
    return id === null ? null : readableApplication(id, context);
  },
};
const ofSubmission = {
  ...ofApplication,
  receipt: (operation: Operation, _args: unknown, { services }: CredentialsContext) =>
    operation.state === 'REFUSED' ? null : receiptOf(services, operation),
};
const ofRejections = { outcomes: rejectionOutcomes };

const ofMerge = {
  ...mergeFields,
  issued: async (operation: Operation, _args: unknown, { cardsByNumber }: CredentialsContext) => {
    const numbers = mergeFields.issued(operation).map(({ libraryCardNumber }) => libraryCardNumber);
    const cards = await Promise.all(numbers.map((number) => cardsByNumber.load(number)));
    return cards.filter((card) => card !== null);
  },
};

async function pinCode(
  operation: Operation,
  _args: unknown,
  { services }: CredentialsContext,
): Promise<string | null> {
  return currentPinCode(services, operation, await services.journal.now());
}

export const resultResolvers = {
  Operation: operationInterface,
  SubmitApplicationPayload: { ...payloadFields, ...ofSubmission },
  SubmitApplicationOperation: { ...operationFields, ...ofSubmission },
  ApproveApplicationPayload: { ...payloadFields, ...ofApplication },
  ApproveApplicationOperation: { ...operationFields, ...ofApplication },
  RejectApplicationPayload: { ...payloadFields, ...ofApplication },
  RejectApplicationOperation: { ...operationFields, ...ofApplication },
  WithdrawApplicationPayload: { ...payloadFields, ...ofApplication },
  WithdrawApplicationOperation: { ...operationFields, ...ofApplication },
  DecideApplicationPayload: { ...payloadFields, ...ofApplication },
  DecideApplicationOperation: { ...operationFields, ...ofApplication },
  RejectApplicationsPayload: { ...payloadFields, ...ofRejections },
  RejectApplicationsOperation: { ...operationFields, ...ofRejections },
  RejectionOutcome: {
    state: stateOfRejection,
    application: ({ applicationId }: RejectionOutcome, _args: unknown, context: CredentialsContext) =>
      context.applications.load(applicationId),
  },
  ReportLossPayload: ofCardChange,
  ReportLossOperation: { ...operationFields, ...ofCard },
  ReplaceCredentialPayload: ofCardChange,
  ReplaceCredentialOperation: { ...operationFields, ...ofCard },
  DiscontinueSmartIdPayload: ofCardChange,
  DiscontinueSmartIdOperation: { ...operationFields, ...ofCard },
  SurrenderLibraryCardPayload: ofCardChange,
  SurrenderLibraryCardOperation: { ...operationFields, ...ofCard },
  PrintInformationCardPayload: ofCardChange,
  PrintInformationCardOperation: { ...operationFields, ...ofCard },
  CreatePinCodePayload: { ...payloadFields, ...ofCode, pinCode },
  CreatePinCodeOperation: { ...operationFields, ...ofCode },
  MergePatronsPayload: { ...payloadFields, ...ofMerge },
  MergePatronsOperation: { ...operationFields, ...ofMerge },
  SetPinPayload: { ...payloadFields, ...ofPin },
  SetPinOperation: { ...operationFields, ...ofPin },
};
