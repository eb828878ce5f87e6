import type { Credential } from '../../../adapters/credentials/port.ts';
import { checkPresented, isReportedLost, type SmartIdPresented } from '../../library/smart-id.ts';
import { startReconciler } from '../../operations/reconciler.ts';
import { classOf, type ServicesOf } from '../../runtime/call-class.ts';
import { requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { SubgraphDefinition } from '../../runtime/serve.ts';
import { type CredentialsContext, cardsOf, createContext, type PatronReference } from '../context.ts';
import { recoveryOf } from '../procedures/recovery.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { type CredentialStatus, libraryCardNumberOf, sortCards, statusOf } from '../rules/cards/status.ts';
import { type VerifyPatronInput, verifyPatron } from '../verification.ts';
import {
  application,
  applicationResolvers,
  applications,
  lossReports,
  patronApplications,
} from './applications.ts';
import { cardResolvers, identifies } from './cards.ts';
import { mutations, payloadResolvers } from './mutations.ts';
import { applicationProgress } from './progress.ts';

/** Everything that is counted over a patron's cards starts from their numbers. */
const countsCards: readonly Scope[] = ['credentials:read', 'circulation:read', 'station'];

/** The *credentials* subgraph. `clock` tells what lies in the future. */
export function credentialsSubgraph(
  servicesOf: ServicesOf<CredentialServices>,
  clock: () => Date,
): SubgraphDefinition<CredentialsContext> {
  return {
    name: 'credentials',
    createContext: (caller, signal, operation) =>
      createContext(servicesOf(classOf(caller, operation)), caller, signal, clock()),
    resolvers: {
      Query: {
        me: (_: unknown, _args: unknown, { caller }: CredentialsContext) =>
          caller.patronId === null ? null : { id: caller.patronId },
        credential: (_: unknown, args: { libraryCardNumber: string }, context: CredentialsContext) =>
          identified(context, () => context.cardsByNumber.load(args.libraryCardNumber)),
        smartId: (_: unknown, { presented }: { presented: SmartIdPresented }, context: CredentialsContext) =>
          identified(context, () => cardInReader(presented, context)),
        application,
        applications,
        lossReports,
        applicationProgress,
      },
      Mutation: { ...mutations, verifyPatron: verify },
      Patron: { credentials, libraryCardNumber, cardNumbers, applications: patronApplications },
      ...cardResolvers,
      ...applicationResolvers,
      ...payloadResolvers,
    },
    start() {
      const services = servicesOf('background');
      return startReconciler({ ...services, reconcilers: recoveryOf(services) });
    },
  };
}

/**
 * The card that `find` finds, for its patron and for whoever identifies cards (R27). To a patron another's card and one that
 * nobody has are alike, FORBIDDEN: that there is such a card is not for everyone to learn.
 */
async function identified(
  { caller }: CredentialsContext,
  find: () => Promise<Credential | null>,
): Promise<Credential | null> {
  if (caller.patronId === null) {
    requireRead(caller, null, identifies);
  }
  const card = await find();
  requireRead(caller, card?.patronId ?? null, identifies);
  return card;
}

/** Card management goes by one card; that the facts are those of a card that was reported lost, all of them tell (R17). */
async function cardInReader(
  presented: SmartIdPresented,
  { services, cardsByPatron, signal, today }: CredentialsContext,
): Promise<Credential | null> {
  checkPresented(presented, today);
  const card = await services.cards.findSmartId(presented, signal);
  if (card === null) {
    return null;
  }
  return isReportedLost(presented, await cardsByPatron.load(card.patronId)) ? null : card;
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

function verify(
  _: unknown,
  { input }: { input: VerifyPatronInput },
  { services, caller }: CredentialsContext,
) {
  requireRead(caller, null, ['partner:verify']);
  return verifyPatron(services, caller, input);
}
