/** Operations of all three subgraphs. Staff find them by reference, short code or patron, and readers find their own. */
import type { Operation, OperationPosition } from '../../../store/journal/port.ts';
import { isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import { errorTexts } from '../../library/error-texts.ts';
import { checkReference, findOperation, isCallersOwn, signedInKey } from '../../operations/ledger.ts';
import { recordOperationsReading } from '../../operations/reading-audit.ts';
import {
  changedApplication,
  changedCard,
  codeExpiresAt,
  pinLockedUntil,
  type RejectionOutcome,
  rejectionOutcomes,
  stateOfRejection,
} from '../../operations/results/card-results.ts';
import { operationFields, operationInterface } from '../../operations/results/payload.ts';
import { receiptOf } from '../../operations/results/receipt.ts';
import { requireRead } from '../../runtime/caller.ts';
import {
  badInput,
  type CountedPage,
  type Page,
  type PageInput,
  parsePage,
  toPage,
} from '../../runtime/pagination.ts';
import { type CirculationContext, requireScope } from '../context.ts';
import { toStaffOr } from './results.ts';

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

interface OperationFilter {
  readonly reference?: string | null;
  readonly code?: string | null;
  readonly patronId?: string | null;
}

/** The fields beside the filter are the arguments of release 0.2. */
interface OperationsInput extends PageInput, OperationFilter {
  readonly filter?: OperationFilter | null;
}

type OperationSearch = Readonly<Record<keyof OperationFilter, string | null>>;

/**
 * The maximum number of operations that are found by a code or a reference, before the other criteria are applied. In
 * practice there are fewer.
 */
const maxFound = 100;

/**
 * Operations of any caller, for staff, the latest first. An audit record for each patron is written before the answer
 * (R27).
 */
export async function operations(
  _: unknown,
  args: OperationsInput,
  context: CirculationContext,
): Promise<CountedPage<Operation>> {
  requireScope(context, ['circulation:read']);
  const search = searchOf(args);
  const page = await pageOfOperations(args, (before, maxItems) =>
    findOperations(search, before, maxItems, context),
  );
  await recordReading(page, context, search.patronId);
  return { ...page, totalCount: () => countOperations(search, context) };
}

/** @throws GraphQLError BAD_USER_INPUT for a text that the journal can't have */
function searchOf({ filter, ...names }: OperationsInput): OperationSearch {
  const reference = filter?.reference ?? names.reference ?? null;
  const patronId = filter?.patronId ?? names.patronId ?? null;
  if (reference !== null) {
    checkReference(reference);
  }
  if (patronId !== null && !isVendorNumber(patronId)) {
    throw badInput('`patronId` must be a patron number, as in `P0000001`.');
  }
  return { reference, code: filter?.code ?? names.code ?? null, patronId };
}

/** Every operation whose outcome is not known yet, for staff, the latest first. It is audited as `operations` is. */
export async function unsettledOperations(
  _: unknown,
  args: PageInput,
  context: CirculationContext,
): Promise<CountedPage<Operation>> {
  requireScope(context, ['circulation:read']);
  const { journal } = context.services;
  const page = await pageOfOperations(args, (before, maxItems) =>
    journal.unsettledOperations(before, maxItems),
  );
  await recordReading(page, context);
  return { ...page, totalCount: () => journal.countUnsettledOperations() };
}

/** The operations that the signed-in patron has asked for, with the same token's `sub`; the latest first. */
export async function myOperations(
  _: unknown,
  args: Pick<PageInput, 'first'>,
  { services: { journal }, caller }: CirculationContext,
): Promise<readonly Operation[]> {
  const { patronId } = caller;
  requireRead(caller, patronId, []);
  const { first } = parsePage(args);
  return patronId === null ? [] : await journal.operationsOfCaller(signedInKey(caller), patronId, first);
}

async function pageOfOperations(
  args: PageInput,
  find: (before: OperationPosition | null, maxItems: number) => Promise<readonly Operation[]>,
): Promise<Page<Operation>> {
  const { first, after } = parsePage(args);
  const before = after === null ? null : parsePosition(after);
  const found = await find(before, first + 1);
  const bounds = { hasNextPage: found.length > first, hasPreviousPage: before !== null };
  return toPage(found.slice(0, first), positionText, bounds);
}

/** Records that the operations of these patrons are read: of the patron who was asked for, or of each that was found. */
async function recordReading(
  { edges }: Page<Operation>,
  { services, caller }: CirculationContext,
  patronId: string | null = null,
): Promise<void> {
  const patronIds = patronId === null ? edges.map(({ node }) => node.patronId) : [patronId];
  await recordOperationsReading(services, caller, patronIds);
}

/** The next operations after the position that meet every criterion, `maxItems` at most. */
async function findOperations(
  search: OperationSearch,
  before: OperationPosition | null,
  maxItems: number,
  context: CirculationContext,
): Promise<readonly Operation[]> {
  const { reference, code, patronId } = search;
  if (reference !== null || code !== null) {
    const found = await findNamed(search, context);
    return found.filter((one) => before === null || comesAfter(one, before)).slice(0, maxItems);
  }
  if (patronId === null) {
    throw badInput('One of `reference`, `code` and `patronId` is needed.');
  }
  return await context.services.journal.operationsOfPatron(patronId, before, maxItems);
}

/** The number of operations on all pages. */
async function countOperations(search: OperationSearch, context: CirculationContext): Promise<number> {
  const { reference, code, patronId } = search;
  return reference === null && code === null && patronId !== null
    ? await context.services.journal.countOperationsOfPatron(patronId)
    : (await findNamed(search, context)).length;
}

/** All operations with the reference or the code that meet every criterion. */
async function findNamed(
  { reference, code, patronId }: OperationSearch,
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
      (reference === null || one.reference === reference) && (patronId === null || one.patronId === patronId),
  );
}

const comesAfter = (one: Operation, { requestedAt, id }: OperationPosition): boolean =>
  one.requestedAt < requestedAt || (Number(one.requestedAt) === Number(requestedAt) && one.id < id);

/** The text of a position, for a cursor. */
const positionText = ({ requestedAt, id }: Operation): string => `${requestedAt.toISOString()} ${id}`;

function parsePosition(text: string): OperationPosition {
  const [, instant = '', id = ''] = /^(\S{24}) ([0-9A-Za-z]{22})$/.exec(text) ?? [];
  const requestedAt = new Date(instant);
  if (Number.isNaN(Number(requestedAt))) {
    throw badInput('`after` must be a `cursor` of an earlier page.');
  }
  return { requestedAt, id };
}

const fields = { ...operationFields, patron: toStaffOr(operationFields.patron) };
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
 * Resolvers for operations of *credentials* and *patrons*. Those subgraphs resolve the cards, applications and patrons.
 */
export const operationResolvers = {
  Operation: operationInterface,
  ReportLossOperation: { ...fields, ...ofCard },
  ReplaceCredentialOperation: { ...fields, ...ofCard },
  DiscontinueSmartIdOperation: { ...fields, ...ofCard },
  SurrenderLibraryCardOperation: { ...fields, ...ofCard },
  PrintInformationCardOperation: { ...fields, ...ofCard },
  CreatePinCodeOperation: { ...fields, ...ofCard, expiresAt: codeExpiresAt },
  SetPinOperation: { ...fields, ...ofCard, pinLockedUntil },
  SubmitApplicationOperation: {
    ...fields,
    ...ofApplication,
    /** Only the applicant gets the receipt. Staff who find the operation can read the application itself. */
    receipt: (operation: Operation, _args: unknown, { services, caller }: CirculationContext) =>
      operation.state !== 'REFUSED' && isCallersOwn(caller, operation)
        ? receiptOf(services, operation)
        : null,
  },
  ApproveApplicationOperation: { ...fields, ...ofApplication },
  RejectApplicationOperation: { ...fields, ...ofApplication },
  DecideApplicationOperation: { ...fields, ...ofApplication },
  RejectApplicationsOperation: { ...fields, outcomes: rejectionOutcomes },
  RejectionOutcome: {
    state: stateOfRejection,
    application: ({ applicationId, problems }: RejectionOutcome) =>
      problems.some(({ code }) => code === 'NOT_FOUND') ? null : { id: applicationId },
  },
  AmendContactOperation: fields,
  AmendPatronOperation: fields,
};
