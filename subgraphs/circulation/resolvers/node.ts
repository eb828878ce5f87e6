/**
 * `Query.node`: an object by its id, as Relay's specification of object identification requires
 * (https://relay.dev/graphql/objectidentification.htm). The form of an id shows its type.
 */
import type DataLoader from 'dataloader';
import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { recordOperationsReading } from '../../operations/reading-audit.ts';
import { mayRead, requireRead } from '../../runtime/caller.ts';
import { findPatronScopes } from '../../runtime/scopes.ts';
import type { CirculationContext } from '../context.ts';
import { currentRows } from '../index/current-rows.ts';
import { loadAll } from '../loaders.ts';
import { findingId, findingKeyOf } from '../procedures/finding-state.ts';

/**
 * Finds an object. Null if it doesn't exist, or if the caller may not read it. The answer must not show which (R27).
 */
type Find = (id: string, context: CirculationContext) => Promise<object | null>;

/** The types of the interface `Node`, and the forms of their ids. */
const types: readonly { readonly typename: string; readonly form: RegExp; readonly find: Find }[] = [
  { typename: 'Patron', form: /^P\d{1,20}$/, find: findPatron },
  { typename: 'Application', form: /^A\d{1,20}$/, find: findApplication },
  { typename: 'LossReport', form: /^R\d{1,20}$/, find: findLossReport },
  { typename: 'Loan', form: /^L\d{1,20}$/, find: findLoan },
  { typename: 'Hold', form: /^H\d{1,20}$/, find: findHold },
  { typename: 'Item', form: /^\d{14}$/, find: findItem },
  { typename: 'Finding', form: findingId, find: findFinding },
];

export async function node(
  _: unknown,
  { id }: { readonly id: string },
  context: CirculationContext,
): Promise<object | null> {
  if (!context.caller.authenticated) {
    requireRead(context.caller, null, []);
  }
  const type = types.find(({ form }) => form.test(id));
  if (type === undefined) {
    return null;
  }
  const found = await type.find(id, context);
  return found === null ? null : { ...found, __typename: type.typename };
}

/**
 * The patron with this id. If the registry can't be reached, the patron is returned without a check, because other
 * systems can still answer some fields (R26).
 */
async function findPatron(id: string, { caller, patronsById }: CirculationContext) {
  if (!mayRead(caller, id, findPatronScopes)) {
    return null;
  }
  try {
    return (await patronsById.load(id)) === null ? null : { id };
  } catch (error) {
    if (error instanceof UpstreamError) {
      return { id };
    }
    throw error;
  }
}

/** The application itself is read by *credentials*. */
async function findApplication(id: string, { services, caller, signal }: CirculationContext) {
  const [found = null] = await services.cards.applicationsById([id], signal);
  return found !== null && mayRead(caller, found.patronId, ['credentials:read', 'applications:decide'])
    ? { id }
    : null;
}

/** Finds only the report's id. *credentials* reads the report, and returns an error if the index may lack it. */
async function findLossReport(id: string, { services: { index }, caller }: CirculationContext) {
  const isKnown = async () => (await index.lossReport(id)) !== null || !(await index.hasAllApplications());
  return caller.scopes.has('credentials:read') && (await isKnown()) ? { id } : null;
}

async function findLoan(id: string, context: CirculationContext): Promise<Loan | null> {
  const { index } = context.services;
  return await findRow(id, context, context.loansByCard, () => index.loan(id));
}

async function findHold(id: string, context: CirculationContext): Promise<Hold | null> {
  const { index } = context.services;
  return await findRow(id, context, context.holdsByCard, () => index.hold(id));
}

/**
 * Finds a loan or a hold by its id. Circulation lists loans and holds only by card, so the card is looked up in the
 * index.
 * @throws GraphQLError INDEX_NOT_READY for staff, if the index may lack the loan or hold
 */
async function findRow<Row extends Loan | Hold>(
  id: string,
  context: CirculationContext,
  byCard: DataLoader<string, readonly Row[]>,
  findIndexed: () => Promise<{ readonly id: string; readonly libraryCardNumber: string } | null>,
): Promise<Row | null> {
  const { caller, services } = context;
  const own = await ownRows(context, byCard);
  const found = own.find((row) => row.id === id) ?? null;
  if (found !== null || !caller.scopes.has('circulation:read')) {
    return found;
  }
  await context.requireOpenIndex();
  const indexed = await findIndexed();
  if (indexed === null) {
    await context.requireWholeIndex();
    return null;
  }
  const [row = null] = await currentRows(services.index, [indexed], byCard, () => true);
  return row;
}

/** The loans or holds on all cards of the caller. Empty if the caller is not a patron. */
async function ownRows<Row>(
  { caller: { patronId }, cardsByPatron }: CirculationContext,
  byCard: DataLoader<string, readonly Row[]>,
): Promise<readonly Row[]> {
  if (patronId === null) {
    return [];
  }
  const cards = await cardsByPatron.load(patronId);
  return (
    await loadAll(
      byCard,
      cards.map(({ libraryCardNumber }) => libraryCardNumber),
    )
  ).flat();
}

/** Circulation is not called for a wrong check digit, because no item has such a number (R8). */
async function findItem(itemNumber: string, { items }: CirculationContext) {
  return hasLuhnCheckDigit(itemNumber) ? await items.load(itemNumber) : null;
}

/** Before the answer, an audit record is written for the patron, as for a page of findings (R27). */
async function findFinding(id: string, { services, caller }: CirculationContext) {
  const key = caller.scopes.has('operations:repair') ? findingKeyOf(id) : null;
  const found = key === null ? null : await services.findings.findFinding(key);
  if (found !== null) {
    await recordOperationsReading(services, caller, [found.patronId]);
  }
  return found;
}
