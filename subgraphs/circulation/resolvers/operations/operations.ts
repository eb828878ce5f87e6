/** The operations of all three subgraphs. Staff find them by reference, code or patron. Readers find their own. */
import type {
  Operation,
  OperationOrder,
  OperationPosition,
  OperationState,
} from '../../../../store/journal/port.ts';
import { isVendorNumber } from '../../../library/card-and-identity-numbers.ts';
import { errorTexts } from '../../../library/errors/error-texts.ts';
import { checkReference, findOperation, isCallersOwn, signedInKey } from '../../../operations/ledger.ts';
import { recordOperationsReading } from '../../../operations/reading-audit.ts';
import {
  changedApplication,
  changedCard,
  codeExpiresAt,
  mergeFields,
  pinLockedUntil,
  type RejectionOutcome,
  rejectionOutcomes,
  stateOfRejection,
} from '../../../operations/results/card-results.ts';
import { erasureReceipt, keptRecords } from '../../../operations/results/erasure-receipt.ts';
import { operationFields, operationInterface } from '../../../operations/results/payload.ts';
import { receiptOf } from '../../../operations/results/receipt.ts';
import { requireRead } from '../../../runtime/caller.ts';
import { badInput, type CountedPage, type PageInput, parseFirst } from '../../../runtime/pagination.ts';
import { type CirculationContext, requireScope } from '../../context.ts';
import { pageOfOperations } from '../operation-pages.ts';

/** The caller's own operation with this reference; null if there is none. */
export async function operation(
  _: unknown,
  { reference }: { readonly reference: string },
  { services, caller }: CirculationContext,
): Promise<Operation | null> {
  if (!caller.authenticated) {
    requireRead(caller, null, []);
  }
  return await findOperation(services, caller, reference);
}

interface OperationNames {
  readonly reference?: string | null;
  readonly code?: string | null;
  readonly patronId?: string | null;
}

/** The fields outside of `filter` were the arguments in release 0.2, and are still accepted. */
interface OperationsInput extends PageInput, OperationNames {
  readonly filter?: (OperationNames & { readonly state?: OperationState | null }) | null;
  readonly orderBy?: OperationOrder | null;
}

interface OperationSearch extends Readonly<Record<keyof OperationNames, string | null>> {
  readonly state: OperationState | null;
}

/** The maximum number of operations that are read by code or by reference. The other criteria are applied to these. */
const maxFound = 100;

/** Operations of any caller, for staff. An audit record for each patron is written before the answer (R27). */
export async function operations(
  _: unknown,
  args: OperationsInput,
  context: CirculationContext,
): Promise<CountedPage<Operation>> {
  requireScope(context, ['circulation:read']);
  const search = searchOf(args);
  const order = args.orderBy ?? 'NEWEST_FIRST';
  const page = await pageOfOperations(args, `operations ${order}`, (position, maxItems) =>
    findOperations(search, order, position, maxItems, context),
  );
  const patronIds =
    search.patronId === null ? page.edges.map(({ node }) => node.patronId) : [search.patronId];
  await recordOperationsReading(context.services, context.caller, patronIds);
  return { ...page, totalCount: () => countOperations(search, context) };
}

/** @throws GraphQLError BAD_USER_INPUT for a reference or a patron number that no operation can have */
function searchOf({ filter, ...names }: OperationsInput): OperationSearch {
  const reference = filter?.reference ?? names.reference ?? null;
  const patronId = filter?.patronId ?? names.patronId ?? null;
  if (reference !== null) {
    checkReference(reference, 'filter.reference');
  }
  if (patronId !== null && !isVendorNumber(patronId)) {
    throw badInput('`filter.patronId` must be a patron number, as in `P0000001`.');
  }
  return { reference, code: filter?.code ?? names.code ?? null, patronId, state: filter?.state ?? null };
}

/**
 * The operations that the signed-in patron has requested, the latest first. The requests' tokens had the same `sub` as
 * the token of this request.
 */
export async function myOperations(
  _: unknown,
  args: Pick<PageInput, 'first'>,
  { services: { journal }, caller }: CirculationContext,
): Promise<readonly Operation[]> {
  const { patronId } = caller;
  requireRead(caller, patronId, []);
  const first = parseFirst(args);
  return patronId === null ? [] : await journal.operationsOfCaller(signedInKey(caller), patronId, first);
}

/**
 * The operations that meet all criteria, after the position, at most `maxItems`.
 * @throws GraphQLError BAD_USER_INPUT if no criterion is given by which the journal can search
 */
async function findOperations(
  search: OperationSearch,
  order: OperationOrder,
  after: OperationPosition | null,
  maxItems: number,
  context: CirculationContext,
): Promise<readonly Operation[]> {
  const { reference, code, patronId, state } = search;
  const { journal } = context.services;
  if (reference !== null || code !== null) {
    const newestFirst = await findNamed(search, context);
    const found = order === 'NEWEST_FIRST' ? newestFirst : newestFirst.toReversed();
    return found.filter((one) => after === null || comesAfter(one, after, order)).slice(0, maxItems);
  }
  if (patronId !== null) {
    return await journal.operationsOfPatron(patronId, after, maxItems, { state, order });
  }
  if (state !== 'UNSETTLED') {
    throw badInput('`filter` needs `reference`, `code`, `patronId`, or the `state` `UNSETTLED`.');
  }
  return await journal.unsettledOperations(after, maxItems, order);
}

/** The number of operations on all pages. */
async function countOperations(search: OperationSearch, context: CirculationContext): Promise<number> {
  const { reference, code, patronId, state } = search;
  const { journal } = context.services;
  if (reference !== null || code !== null) {
    return (await findNamed(search, context)).length;
  }
  return patronId === null
    ? await journal.countUnsettledOperations()
    : await journal.countOperationsOfPatron(patronId, state);
}

/**
 * The operations with this reference or code that meet all other criteria, the newest first. At most `maxFound`
 * operations are read for this.
 * @throws GraphQLError BAD_USER_INPUT for a text that is not a code
 */
async function findNamed(
  { reference, code, patronId, state }: OperationSearch,
  { services: { journal } }: CirculationContext,
): Promise<readonly Operation[]> {
  const found =
    code === null
      ? await journal.findByReference(reference ?? '', maxFound)
      : await journal.findByCode(code, maxFound);
  if (found === null) {
    throw badInput(errorTexts.OPERATION_CODE_FORM);
  }
  return found.filter(
    (one) =>
      (reference === null || one.reference === reference) &&
      (patronId === null || one.patronId === patronId) &&
      (state === null || one.state === state),
  );
}

function comesAfter(one: Operation, { requestedAt, id }: OperationPosition, order: OperationOrder): boolean {
  const isSameTime = Number(one.requestedAt) === Number(requestedAt);
  return order === 'NEWEST_FIRST'
    ? one.requestedAt < requestedAt || (isSameTime && one.id < id)
    : one.requestedAt > requestedAt || (isSameTime && one.id > id);
}

const ofCard = {
  credential: (operation: Operation) => {
    const libraryCardNumber = changedCard(operation);
    return libraryCardNumber === null ? null : { libraryCardNumber };
  },
};
const ofApplication = {
  application: (operation: Operation) => {
    const id = changedApplication(operation);
    return id === null ? null : { id };
  },
};

/**
 * Resolvers for operations of *credentials* and *patrons*. Those two subgraphs resolve the cards, applications and
 * patrons of their operations.
 */
export const operationResolvers = {
  Operation: operationInterface,
  ReportLossOperation: { ...operationFields, ...ofCard },
  ReplaceCredentialOperation: { ...operationFields, ...ofCard },
  DiscontinueSmartIdOperation: { ...operationFields, ...ofCard },
  SurrenderLibraryCardOperation: { ...operationFields, ...ofCard },
  PrintInformationCardOperation: { ...operationFields, ...ofCard },
  CreatePinCodeOperation: { ...operationFields, ...ofCard, expiresAt: codeExpiresAt },
  SetPinOperation: { ...operationFields, ...ofCard, pinLockedUntil },
  SubmitApplicationOperation: {
    ...operationFields,
    ...ofApplication,
    /** Only the applicant gets the receipt. Staff who look up the operation can read the application instead. */
    receipt: (operation: Operation, _args: unknown, { services, caller }: CirculationContext) =>
      operation.state !== 'REFUSED' && isCallersOwn(caller, operation)
        ? receiptOf(services, operation)
        : null,
  },
  ApproveApplicationOperation: { ...operationFields, ...ofApplication },
  RejectApplicationOperation: { ...operationFields, ...ofApplication },
  WithdrawApplicationOperation: { ...operationFields, ...ofApplication },
  DecideApplicationOperation: { ...operationFields, ...ofApplication },
  RejectApplicationsOperation: { ...operationFields, outcomes: rejectionOutcomes },
  RejectionOutcome: {
    state: stateOfRejection,
    application: ({ applicationId, problems }: RejectionOutcome) =>
      problems.some(({ code }) => code === 'NOT_FOUND') ? null : { id: applicationId },
  },
  MergePatronsOperation: { ...operationFields, ...mergeFields },
  AmendContactOperation: operationFields,
  AmendPatronOperation: operationFields,
  SuspendPatronOperation: operationFields,
  LiftSuspensionOperation: operationFields,
  ClosePatronOperation: operationFields,
  ReopenPatronOperation: operationFields,
  ErasePatronOperation: { ...operationFields, receipt: erasureReceipt },
  KeptRecords: keptRecords,
};
