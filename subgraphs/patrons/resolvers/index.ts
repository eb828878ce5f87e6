import type { Patron } from '../../../adapters/patrons/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { problemTypesOf } from '../../operations/problem.ts';
import { resume } from '../../operations/procedure.ts';
import { startReconciler } from '../../operations/reconciler.ts';
import { classOf, type ServicesOf } from '../../runtime/call-class.ts';
import { requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { SubgraphDefinition } from '../../runtime/serve.ts';
import type { PatronReference, PatronServices, PatronsContext } from '../context.ts';
import { createPatronLoader } from '../loaders.ts';
import { amendContact } from '../procedures/amend-contact.ts';
import { amendPatron } from '../procedures/amend-patron.ts';
import { givenName } from '../rules/names.ts';
import { accessLog } from './access-log.ts';
import { amendmentMutations, amendmentResults } from './amendments.ts';
import { documentsOf, identityResolvers, patronByIdentity } from './identity.ts';
import { searchPatrons } from './search.ts';

/** The *patrons* subgraph. */
export function patronsSubgraph(servicesOf: ServicesOf<PatronServices>): SubgraphDefinition<PatronsContext> {
  return {
    name: 'patrons',
    createContext(caller, signal, operation) {
      const services = servicesOf(classOf(caller, operation));
      return { caller, signal, services, patrons: createPatronLoader(services.patrons, signal) };
    },
    start() {
      const services = servicesOf('background');
      return startReconciler({
        ...services,
        reconcilers: {
          [amendContact.kind]: resume(services, amendContact),
          [amendPatron.kind]: resume(services, amendPatron),
        },
      });
    },
    resolvers: {
      Query: {
        me: (_: unknown, _args: unknown, context: PatronsContext) =>
          context.caller.patronId === null ? null : reference(context.caller.patronId, context),
        patron: (_: unknown, args: { id: string }, context: PatronsContext) => {
          requireRead(context.caller, args.id, ['patrons:read', 'station']);
          return reference(args.id, context);
        },
        patrons: searchPatrons,
        patronByIdentity,
      },
      Mutation: amendmentMutations,
      ...amendmentResults,
      ...problemTypesOf(amendmentResults),
      IdentityDocument: identityResolvers,
      Patron: {
        __resolveReference: (patron: PatronReference, context: PatronsContext) =>
          reference(patron.id, context),
        // A station greets the reader and sees the status (R29). Staff who decide on applications also see the status
        // (R15).
        name: field(['patrons:read', 'station'], (patron) => patron),
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
      },
      PersonName: {
        english: wholeName((patron) => patron.englishName),
        given: (patron: Patron) => givenName(patron.englishName),
        chinese: wholeName((patron) => patron.chineseName),
      },
    },
  };
}

/**
 * The reference to a patron. Null if the registry has no such patron. If the registry is unreachable, the reference is
 * returned nevertheless. Each field that needs the record then reports an error, but fields of other systems can still
 * be answered (R26).
 */
async function reference(id: string, context: PatronsContext): Promise<PatronReference | null> {
  try {
    return (await context.patrons.load(id)) === null ? null : { id };
  } catch (error) {
    if (error instanceof UpstreamError) {
      return { id };
    }
    throw error;
  }
}

/**
 * A resolver for a field of the registry's record. The patron may read it, and callers with one of the scopes (R27).
 */
function field<T>(scopes: readonly Scope[], read: (patron: Patron) => T) {
  return async (parent: PatronReference, _args: unknown, context: PatronsContext): Promise<T | null> => {
    requireRead(context.caller, parent.id, scopes);
    const patron = await context.patrons.load(parent.id);
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
