import type DataLoader from 'dataloader';
import type { Patron, PatronCriteria, PatronRegistry, PatronStatus } from '../../adapters/patrons/port.ts';
import { UpstreamError } from '../../adapters/soap/port.ts';
import { type Caller, requireRead } from '../caller.ts';
import { badInput, pageToConnection, parsePage } from '../connection.ts';
import { maskIdentityNumber } from '../numbers.ts';
import type { SubgraphDefinition } from '../serve.ts';
import { createPatronLoader } from './loaders.ts';
import { givenName } from './names.ts';

/** A patron in the graph: the number alone, the record is read when a field needs it. */
interface PatronReference {
  readonly id: string;
}

interface PatronsContext {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly registry: PatronRegistry;
  readonly patrons: DataLoader<string, Patron | null>;
}

interface SearchArguments {
  readonly search?: { name?: string | null; telephone?: string | null; status?: PatronStatus | null } | null;
  readonly first: number;
  readonly after?: string | null;
}

/** Search terms are short; the bound keeps a request small. In characters. */
const longestSearchTerm = 100;

/** The *patrons* subgraph over a registry. */
export function patronsSubgraph(registry: PatronRegistry): SubgraphDefinition<PatronsContext> {
  return {
    name: 'patrons',
    createContext: (caller, signal) => ({
      caller,
      signal,
      registry,
      patrons: createPatronLoader(registry, signal),
    }),
    resolvers: {
      Query: {
        me: (_: unknown, _args: unknown, context: PatronsContext) =>
          context.caller.patronId === null ? null : reference(context.caller.patronId, context),
        patron: (_: unknown, args: { id: string }, context: PatronsContext) => {
          requireRead(context.caller, args.id, ['patrons:read', 'station']);
          return reference(args.id, context);
        },
        patrons: searchPatrons,
      },
      Patron: {
        __resolveReference: (patron: PatronReference, context: PatronsContext) =>
          reference(patron.id, context),
        // A station greets and looks at the standing (R29).
        name: field(['patrons:read', 'station'], (patron) => patron),
        status: field(['patrons:read', 'station'], (patron) => patron.status),
        registeredOn: field(['patrons:read'], (patron) => patron.registeredOn),
        dateOfBirth: field(['patrons:read'], (patron) => patron.dateOfBirth),
        contact: field(['patrons:read'], (patron) => ({
          addressLines: patron.addressLines,
          addressProven: patron.addressProven,
          telephone: patron.telephone,
          email: patron.email,
        })),
        identity: field(['patrons:read'], ({ identityDocument }) =>
          identityDocument === null
            ? null
            : { kind: identityDocument.kind, masked: maskIdentityNumber(identityDocument.number) },
        ),
        guarantor: field(['patrons:read'], (patron) => patron.guarantor),
        version: field(['patrons:read'], (patron) => patron.version),
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
 * Null where the registry has no such patron. While it can't be reached the patron stands by number alone: each field
 * that needs the record then says so, and what other systems hold is still answered (R26).
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

/** A field of the registry's record, for the patron and for whoever holds one of the scopes. */
function field<T>(scopes: readonly string[], read: (patron: Patron) => T) {
  return async (parent: PatronReference, _args: unknown, context: PatronsContext): Promise<T | null> => {
    requireRead(context.caller, parent.id, scopes);
    const patron = await context.patrons.load(parent.id);
    return patron === null ? null : read(patron);
  };
}

/** A station sees the given name and no more (R29). */
function wholeName<T>(read: (patron: Patron) => T) {
  return (patron: Patron, _args: unknown, context: PatronsContext): T => {
    requireRead(context.caller, patron.number, ['patrons:read']);
    return read(patron);
  };
}

async function searchPatrons(_: unknown, args: SearchArguments, context: PatronsContext) {
  requireRead(context.caller, null, ['patrons:read']);
  const page = parsePage(args);
  const found = await context.registry.search(parseCriteria(args.search ?? {}), page, context.signal);
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
    if (typeof term === 'string' && term.length > longestSearchTerm) {
      throw badInput(`\`search.${name}\` may have ${longestSearchTerm} characters at most.`);
    }
  }
  return {
    ...(search.name != null && { name: search.name }),
    ...(search.telephone != null && { telephone: search.telephone }),
    ...(search.status != null && { status: search.status }),
  };
}
