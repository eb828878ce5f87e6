/** The subscriptions of this subgraph. Readers, staff and stations follow changes in the library. */
import type { LogRow, Operation } from '../../../../store/journal/port.ts';
import { isVendorNumber } from '../../../library/card-and-identity-numbers.ts';
import { AboutPatron } from '../../../operations/changes/about-patron.ts';
import { type Change, type Followed, follow, standing, startOf } from '../../../operations/changes/follow.ts';
import { checkReference, findOperation, findRequested, signedInKey } from '../../../operations/ledger.ts';
import { recordOperationsReading } from '../../../operations/reading-audit.ts';
import { mayRead, requireRead } from '../../../runtime/caller.ts';
import { badInput } from '../../../runtime/pagination.ts';
import { eventItself, type SourceEvent } from '../../../runtime/streams/subscribe.ts';
import { type CirculationContext, requireScope } from '../../context.ts';
import { checkBranch } from '../library/check-branch.ts';
import { node } from '../node.ts';
import { type ChangeKind, isForReaders, isOfAccounts, kindOf } from './kinds.ts';
import { stationChanges } from './stations.ts';

interface FromCursors {
  readonly after?: readonly string[] | null;
}

interface ShownChange {
  readonly kind: ChangeKind;
  readonly branch: string | null;
  readonly subjectId: string | null;
  readonly operationKind: string | null;
  readonly operationState: Operation['state'] | null;
  readonly operationId: string | null;
}

const shownChange = (row: LogRow): ShownChange => ({
  kind: kindOf(row),
  branch: row.branch,
  subjectId: row.subjectId,
  operationKind: row.operation?.kind ?? null,
  operationState: row.operation?.state ?? null,
  operationId: row.operation?.id ?? row.causedBy,
});

async function myChanges(
  _: unknown,
  { after = null }: FromCursors,
  { caller, services, signal }: CirculationContext,
): Promise<AsyncIterable<SourceEvent>> {
  const { patronId } = caller;
  requireRead(caller, patronId, []);
  const followed: Followed = { caller, field: 'myChanges', args: {}, after, signal };
  const start = await startOf(services, followed);
  const about = await AboutPatron.open(services, patronId ?? '', signal);
  return follow(services, start, followed, async (row) =>
    isForReaders(kindOf(row)) && (await about.has(row)) ? shownChange(row) : null,
  );
}

interface LibraryChangeFilter {
  readonly branch?: string | null;
  readonly kind?: readonly ChangeKind[] | null;
  readonly patronId?: string | null;
}

/** The changes that staff follow. If they follow one patron, an audit record is written before the first change (R27). */
async function libraryChanges(
  _: unknown,
  { filter, after = null }: FromCursors & { readonly filter?: LibraryChangeFilter | null },
  context: CirculationContext,
): Promise<AsyncIterable<SourceEvent>> {
  requireScope(context, ['circulation:read']);
  const { caller, services, signal, branches, recordOpening } = context;
  const { branch = null, kind: kinds = null, patronId = null } = filter ?? {};
  if (branch !== null) {
    checkBranch(branch, branches);
  }
  if (patronId !== null && !isVendorNumber(patronId)) {
    throw badInput('`filter.patronId` must be a patron number, as in `P0000001`.');
  }
  const args = { branch, kinds: kinds === null ? null : [...new Set(kinds)].sort(), patronId };
  const followed: Followed = { caller, field: 'libraryChanges', args, after, signal };
  const start = await startOf(services, followed);
  if (patronId !== null) {
    await recordOpening('LOANS', patronId);
  }
  const about = patronId === null ? null : await AboutPatron.open(services, patronId, signal);
  return follow(services, start, followed, async (row) => {
    // `about` tells whether a row is about the patron. It must see rows of all kinds, because a row of another kind may
    // show that the patron has a new card.
    const isAbout = about === null || (await about.has(row));
    const isElsewhere = branch !== null && row.branch !== null && row.branch !== branch;
    const kind = kindOf(row);
    const mayKnow = !isOfAccounts(kind) || mayRead(caller, null, ['charges:read']);
    const isWanted = mayKnow && !isElsewhere && (kinds === null || kinds.includes(kind));
    return isAbout && isWanted ? shownChange(row) : null;
  });
}

interface OperationChange extends Pick<ShownChange, 'operationId'> {
  readonly state: Operation['state'];
}

/**
 * Follows one operation of the caller. Without a cursor, the stream begins with the operation's current state. Rows of
 * the log have no caller or reference, but digests of them, so the digests are compared.
 */
async function operationChanges(
  _: unknown,
  { reference, after = null }: FromCursors & { readonly reference: string },
  { caller, services, signal }: CirculationContext,
): Promise<AsyncIterable<SourceEvent>> {
  if (!caller.authenticated) {
    requireRead(caller, null, []);
  }
  checkReference(reference);
  const digests = {
    caller: services.changeLog.logDigest('caller', signedInKey(caller)),
    reference: services.changeLog.logDigest('reference', reference),
  };
  const followed: Followed = { caller, field: 'operationChanges', args: { reference }, after, signal };
  const start = await startOf(services, followed);
  const changes = follow(
    services,
    start,
    followed,
    async ({ operation }): Promise<OperationChange | null> => {
      const isIt = operation?.caller === digests.caller && operation.reference === digests.reference;
      return isIt ? { operationId: operation.id, state: operation.state } : null;
    },
  );
  const now = (after ?? []).length > 0 ? null : await findOperation(services, caller, reference);
  if (now === null) {
    return changes;
  }
  const { id, state, requestedAt, settledAt } = now;
  const told: OperationChange = { operationId: id, state };
  const at = settledAt ?? requestedAt;
  return beginningWith(standing(services, start, followed, { told, at, parts: [id, state] }), changes);
}

async function* beginningWith<Event>(first: Event, others: AsyncIterable<Event>): AsyncGenerator<Event> {
  yield first;
  yield* others;
}

export const subscriptions = {
  myChanges: { subscribe: myChanges, resolve: eventItself },
  libraryChanges: { subscribe: libraryChanges, resolve: eventItself },
  operationChanges: { subscribe: operationChanges, resolve: eventItself },
  stationChanges: { subscribe: stationChanges, resolve: eventItself },
};

/** The loan or the reservation as it is now, as `node` finds it. Null if it no longer exists. */
const subject = ({ kind, subjectId }: ShownChange, _args: unknown, context: CirculationContext) =>
  subjectId !== null && /^(LOAN|HOLD)_/.test(kind) ? node(null, { id: subjectId }, context) : null;

const requested = ({ operationId }: Pick<ShownChange, 'operationId'>, { services }: CirculationContext) =>
  operationId === null ? Promise.resolve(null) : findRequested(services, operationId);

export const changeResolvers = {
  PatronChange: {
    subject,
    patron: (_: Change, _args: unknown, { caller }: CirculationContext) => ({ id: caller.patronId }),
    /** Null if the operation is about another patron, even if it changed a card that now belongs to this reader. */
    async operation(change: ShownChange, _args: unknown, context: CirculationContext) {
      const found = await requested(change, context);
      const { patronId } = context.caller;
      const { into = null, from = [] } = await context.merges.load(patronId ?? '');
      const isOwn = [patronId, into, ...from].includes(found?.patronId ?? '');
      return isOwn ? found : null;
    },
  },
  LibraryChange: {
    subject,
    branch: ({ branch }: ShownChange, _args: unknown, { branches }: CirculationContext) =>
      branch === null ? null : branches.byCode(branch),
    /** Before the operation is returned, an audit record for its patron is written, as for a list of operations (R27). */
    async operation(change: ShownChange, _args: unknown, context: CirculationContext) {
      const found = await requested(change, context);
      if (found !== null) {
        await recordOperationsReading(context.services, context.caller, [found.patronId]);
      }
      return found;
    },
  },
  OperationChange: {
    operation: async (
      { operationId }: OperationChange,
      _args: unknown,
      { services, caller }: CirculationContext,
    ) => {
      const found = operationId === null ? null : await services.journal.findById(operationId);
      return found !== null && found.caller === signedInKey(caller) ? found : null;
    },
  },
};
