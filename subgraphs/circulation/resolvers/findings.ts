/** Lists the findings for staff to work on. */
import type {
  EvidentLoan,
  FindingKind,
  FindingOrder,
  FindingPosition,
  FindingState,
  Operation,
  WorkedFinding,
} from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { repairs } from '../../operations/books/patron-rules.ts';
import { findRequested } from '../../operations/ledger.ts';
import { recordOperationsReading } from '../../operations/reading-audit.ts';
import {
  badInput,
  boundsOfPage,
  type Connection,
  type PageInput,
  parsePage,
  toPage,
} from '../../runtime/pagination.ts';
import { type CirculationContext, requireScope } from '../context.ts';
import { findingIdOf, findingKeyOf } from '../procedures/finding-state.ts';

interface FindingsInput extends PageInput {
  readonly filter?: {
    readonly state?: readonly FindingState[] | null;
    readonly kind?: readonly FindingKind[] | null;
  } | null;
  readonly orderBy?: FindingOrder | null;
}

/** A page of the findings. Before the answer, an audit record is written for each patron on the page (R27). */
export async function findings(
  _: unknown,
  { filter, orderBy, ...pageInput }: FindingsInput,
  context: CirculationContext,
): Promise<Connection<WorkedFinding>> {
  requireScope(context, ['operations:repair']);
  const order = orderBy ?? 'LATEST_FOUND_FIRST';
  const page = parsePage(pageInput, `findings ${order}`);
  const after = page.after === null ? null : parsePosition(page.after);
  const wanted = { states: filter?.state ?? null, kinds: filter?.kind ?? null };
  const { services, caller } = context;
  const [found, totalCount] = await Promise.all([
    services.findings.findings(wanted, order, after, page.first + 1),
    services.findings.countFindings(wanted),
  ]);
  const shown = found.slice(0, page.first);
  await recordOperationsReading(
    services,
    caller,
    shown.map(({ patronId }) => patronId),
  );
  return { ...toPage(shown, positionText, boundsOfPage(page, found.length)), totalCount };
}

/**
 * The finding that an operation worked on, as it is now. Null if there is none. Before the answer, an audit record is
 * written for its patron, as for a page of findings.
 */
export async function findingOfOperation(
  { details, result }: Operation,
  _args: unknown,
  context: CirculationContext,
): Promise<WorkedFinding | null> {
  requireScope(context, ['operations:repair']);
  const text = findingIdIn(result) ?? findingIdIn(inputIn(details));
  const key = text === null ? null : findingKeyOf(text);
  const { services, caller } = context;
  const finding = key === null ? null : await services.findings.findFinding(key);
  if (finding !== null) {
    await recordOperationsReading(services, caller, [finding.patronId]);
  }
  return finding;
}

/** The input that the journal stores for a procedure while it is not settled. */
const inputIn = (details: Operation['details']): Operation['details'] =>
  typeof details === 'object' && details !== null && 'input' in details ? (details.input ?? null) : null;

const findingIdIn = (stored: Operation['result']): string | null =>
  typeof stored === 'object' &&
  stored !== null &&
  'findingId' in stored &&
  typeof stored.findingId === 'string'
    ? stored.findingId
    : null;

export const findingResolvers = {
  Finding: {
    id: findingIdOf,
    version: ({ version }: WorkedFinding) => String(version),
    foundAt: ({ foundAt }: WorkedFinding) => hongKongInstant(foundAt),
    occurredAt: ({ at }: WorkedFinding) => hongKongInstant(at),
    eventSequence: ({ sequence }: WorkedFinding) => sequence,
    patron: ({ patronId }: WorkedFinding) => (patronId === null ? null : { id: patronId }),
    credential: ({ evidence }: WorkedFinding) =>
      evidence === null || evidence.libraryCardNumber === null
        ? null
        : { libraryCardNumber: evidence.libraryCardNumber },
    operation: ({ evidence, id }: WorkedFinding, _args: unknown, { services }: CirculationContext) =>
      evidence === null ? findRequested(services, id) : null,
    loans: ({ evidence }: WorkedFinding) => evidence?.loans ?? [],
    proposedRepair: ({ kind }: WorkedFinding) => repairs[kind] ?? null,
    lastChange: ({ changed }: WorkedFinding) =>
      changed === null ? null : { ...changed, at: hongKongInstant(changed.at) },
  },
  FindingLoan: {
    credential: ({ libraryCardNumber }: EvidentLoan) => ({ libraryCardNumber }),
    isByDesk: ({ operationId }: EvidentLoan) => operationId === null,
    operation: ({ operationId }: EvidentLoan, _args: unknown, { services }: CirculationContext) =>
      operationId === null ? null : findRequested(services, operationId),
  },
};

const positionText = ({ foundAt, id, kind }: FindingPosition): string =>
  `${foundAt.toISOString()} ${findingIdOf({ id, kind })}`;

function parsePosition(text: string): FindingPosition {
  const [instant = '', findingId = ''] = text.split(' ', 2);
  const foundAt = new Date(instant);
  const key = findingKeyOf(findingId);
  if (Number.isNaN(Number(foundAt)) || key === null) {
    throw badInput('`after` must be a `cursor` of another page.');
  }
  return { foundAt, ...key };
}
