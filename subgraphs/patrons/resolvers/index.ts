import type { Patron, PatronCriteria, PatronStatus } from '../../../adapters/patrons/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { isPlain, oneLine } from '../../library/contact.ts';
import { problemTypesOf } from '../../operations/problem.ts';
import { resume } from '../../operations/procedure.ts';
import { startReconciler } from '../../operations/reconciler.ts';
import { classOf, type ServicesOf } from '../../runtime/call-class.ts';
import { requireRead } from '../../runtime/caller.ts';
import { badInput, type PageInput, pageToConnection, parsePage } from '../../runtime/pagination.ts';
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

interface SearchArguments extends PageInput {
  readonly search?: { name?: string | null; telephone?: string | null; status?: PatronStatus | null } | null;
}

/**
 * The maximum length of a search term, in UTF-16 units. Search terms are short, and the limit keeps a request small.
 */
const maxSearchTermLength = 100;

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

async function searchPatrons(_: unknown, args: SearchArguments, context: PatronsContext) {
  requireRead(context.caller, null, ['patrons:read']);
  const page = parsePage(args);
  const found = await context.services.patrons.search(parseCriteria(args.search ?? {}), page, context.signal);
  for (const patron of found.patrons) {
    context.patrons.prime(patron.number, patron);
  }
  return pageToConnection(
    found.patrons.map(({ number }) => ({ id: number })),
    found,
    page,
  );
}

function parseCriteria(search: NonNullable<SearchArguments['search']>): PatronCriteria {
  for (const [name, term] of Object.entries(search)) {
    if (typeof term === 'string' && term.length > maxSearchTermLength) {
      throw badInput(`\`search.${name}\` may have ${maxSearchTermLength} characters at most.`);
    }
    if (typeof term === 'string' && !isPlain(oneLine(term))) {
      throw badInput(`\`search.${name}\` has invisible characters in it: leave them out.`);
    }
  }
  const name = search.name == null ? null : oneLine(search.name.normalize('NFKC'));
  // The vendor treats an empty term as absent, and would find everybody.
  if (name === '') {
    throw badInput('`search.name` has no letters in it: give some, or leave it out.');
  }
  if (search.telephone === '') {
    throw badInput('`search.telephone` has no digits in it: give some, or leave it out.');
  }
  return { name, telephone: search.telephone ?? null, status: search.status ?? null };
}
