import type { Patron } from '../../../adapters/patrons/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { problemTypesOf } from '../../operations/problem.ts';
import { createOpenings } from '../../operations/reading-audit.ts';
import { startReconciler } from '../../operations/reconciler.ts';
import { openReference, shownId } from '../../operations/visits/proof.ts';
import { classOf, type ServicesOf } from '../../runtime/call-class.ts';
import { mayRead, requireRead } from '../../runtime/caller.ts';
import { patronLoader } from '../../runtime/loaders/shared-loaders.ts';
import { findPatronScopes, type Scope } from '../../runtime/scopes.ts';
import type { SubgraphDefinition } from '../../runtime/serve.ts';
import type { PatronReference, PatronServices, PatronsContext } from '../context.ts';
import { recoveryOf } from '../procedures/recovery.ts';
import { givenName } from '../rules/names.ts';
import { accessLog, accessLogEntryResolvers, dataExportedAt } from './access-log.ts';
import { amendmentMutations, amendmentResults } from './amendments.ts';
import { erasureMutations, erasureResults } from './erasure.ts';
import { documentsOf, identityResolvers, patronByIdentity } from './identity.ts';
import { searchPatrons } from './search.ts';
import { standingMutations, standingResults } from './standing.ts';

export function patronsSubgraph(servicesOf: ServicesOf<PatronServices>): SubgraphDefinition<PatronsContext> {
  return {
    name: 'patrons',
    createContext(caller, signal, operation, query) {
      const services = servicesOf(classOf(caller, operation));
      return {
        caller,
        signal,
        services,
        patrons: patronLoader(query, services.patrons, signal),
        recordOpening: createOpenings(services, caller),
      };
    },
    start() {
      const services = servicesOf('background');
      return startReconciler({ ...services, reconcilers: recoveryOf(services) });
    },
    resolvers: {
      Query: {
        me: (_: unknown, _args: unknown, context: PatronsContext) =>
          context.caller.patronId === null ? null : reference({ id: context.caller.patronId }, context),
        patron: (_: unknown, args: { id: string }, context: PatronsContext) => {
          requireRead(context.caller, args.id, [...findPatronScopes, 'station']);
          return find(args, context);
        },
        patrons: searchPatrons,
        patronByIdentity,
      },
      Mutation: { ...amendmentMutations, ...standingMutations, ...erasureMutations },
      ...amendmentResults,
      ...standingResults,
      ...erasureResults,
      ...problemTypesOf({ ...amendmentResults, ...standingResults, ...erasureResults }),
      IdentityDocument: identityResolvers,
      AccessLogEntry: accessLogEntryResolvers,
      Patron: {
        __resolveReference: find,
        id: shownId,
        // A station greets the reader and sees the status (R29). Staff who decide on applications also see the status
        // (R15).
        name: field(['patrons:read', 'station'], (patron) => patron, ['patrons:read']),
        status: field(['patrons:read', 'station', 'applications:decide'], (patron) => patron.status),
        registeredOn: field(['patrons:read'], (patron) => patron.registeredOn),
        dateOfBirth: field(['patrons:read'], (patron) => patron.dateOfBirth),
        contact: field(['patrons:read'], (patron) => ({
          addressLines: patron.addressLines,
          addressProven: patron.addressProven,
          telephone: patron.telephone,
          email: patron.email,
        })),
        // The document's number itself needs `identity:read`. Callers with this scope may also find patrons by their
        // documents.
        identity: field(['patrons:read', 'identity:read'], (patron) => documentsOf(patron)[0] ?? null),
        identityDocuments: field(['patrons:read', 'identity:read'], documentsOf),
        guarantor: field(['patrons:read'], (patron) => patron.guarantor),
        version: field(['patrons:read'], (patron) => patron.version),
        accessLog,
        dataExportedAt,
      },
      PersonName: {
        english: wholeName((patron) => patron.englishName),
        given: (patron: Patron) => givenName(patron.englishName),
        chinese: wholeName((patron) => patron.chineseName),
      },
    },
  };
}

/** The reference to a patron, as {@link reference} returns it. @throws GraphQLError as `openReference` does. */
const find = async (patron: PatronReference, context: PatronsContext): Promise<PatronReference | null> =>
  await reference(await openReference(patron, context), context);

/**
 * The reference to a patron. Null if the registry has no such patron. If the registry is unreachable, the reference is
 * returned nevertheless. Each field that needs the record then reports an error, but fields of other systems can still
 * be answered (R26, decision 5).
 */
async function reference(patron: PatronReference, context: PatronsContext): Promise<PatronReference | null> {
  try {
    return (await context.patrons.load(patron.id)) === null ? null : patron;
  } catch (error) {
    if (error instanceof UpstreamError) {
      return patron;
    }
    throw error;
  }
}

/**
 * A resolver for a field of the registry's record. The patron may read it, and callers with one of the scopes (R27).
 * Their reading is in the access log before the answer is sent.
 * @param named the scopes that the error names. With any of them, a caller may read everything in the field.
 */
function field<T>(scopes: readonly Scope[], read: (patron: Patron) => T, named = scopes) {
  return async (parent: PatronReference, _args: unknown, context: PatronsContext): Promise<T | null> => {
    if (!mayRead(context.caller, parent.id, scopes)) {
      requireRead(context.caller, parent.id, named);
    }
    const [patron] = await Promise.all([
      context.patrons.load(parent.id),
      context.recordOpening('RECORD', parent.id),
    ]);
    return patron === null ? null : read(patron);
  };
}

/** A resolver for the whole name. A station may see only the given name (R29). */
function wholeName<T>(read: (patron: Patron) => T) {
  return (patron: Patron, _args: unknown, context: PatronsContext): T => {
    requireRead(context.caller, patron.number, ['patrons:read']);
    return read(patron);
  };
}
