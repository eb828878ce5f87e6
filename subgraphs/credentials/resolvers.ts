import type { CardManagement } from '../../adapters/credentials/port.ts';
import { requireRead } from '../caller.ts';
import { checkPresented, type SmartIdPresented } from '../presented.ts';
import type { SubgraphDefinition } from '../serve.ts';
import {
  application,
  applicationResolvers,
  applications,
  lossReports,
  patronApplications,
} from './application-resolvers.ts';
import { cardResolvers, identifies } from './card-resolvers.ts';
import { type CredentialsContext, cardsOf, createContext, type PatronReference } from './context.ts';
import { type CredentialStatus, libraryCardNumberOf, sortCards, statusOf } from './status.ts';

/** Everything that is counted over a patron's cards starts from their numbers. */
const countsCards = ['credentials:read', 'circulation:read', 'station'];

/** The *credentials* subgraph. `clock` tells what lies in the future. */
export function credentialsSubgraph(
  cards: CardManagement,
  clock: () => Date,
): SubgraphDefinition<CredentialsContext> {
  return {
    name: 'credentials',
    createContext: (caller, signal) => createContext(cards, caller, signal, clock()),
    resolvers: {
      Query: {
        me: (_: unknown, _args: unknown, { caller }: CredentialsContext) =>
          caller.patronId === null ? null : { id: caller.patronId },
        credential: (_: unknown, args: { libraryCardNumber: string }, context: CredentialsContext) => {
          requireRead(context.caller, null, identifies);
          return context.cardsByNumber.load(args.libraryCardNumber);
        },
        smartId: (
          _: unknown,
          { presented }: { presented: SmartIdPresented },
          context: CredentialsContext,
        ) => {
          requireRead(context.caller, null, identifies);
          checkPresented(presented, context.today);
          return context.cards.findSmartId(presented, context.signal);
        },
        application,
        applications,
        lossReports,
      },
      Patron: { credentials, libraryCardNumber, cardNumbers, applications: patronApplications },
      ...cardResolvers,
      ...applicationResolvers,
    },
  };
}

async function credentials(
  patron: PatronReference,
  args: { status?: readonly CredentialStatus[] | null },
  context: CredentialsContext,
) {
  const all = await cardsOf(patron, ['credentials:read'], context);
  const wanted = args.status ?? null;
  return sortCards(all).filter((card) => wanted === null || wanted.includes(statusOf(card, all)));
}

async function libraryCardNumber(patron: PatronReference, _args: unknown, context: CredentialsContext) {
  return libraryCardNumberOf(await cardsOf(patron, ['credentials:read'], context));
}

async function cardNumbers(patron: PatronReference, _args: unknown, context: CredentialsContext) {
  const cards = await cardsOf(patron, countsCards, context);
  return sortCards(cards).map((card) => card.libraryCardNumber);
}
