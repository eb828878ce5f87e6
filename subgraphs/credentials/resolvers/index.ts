import type { Credential } from '../../../adapters/credentials/port.ts';
import { checkPresented, isInUse, isReportedLost, type SmartIdPresented } from '../../library/smart-id.ts';
import { cursorBefore, cursorOfIndex, followable } from '../../operations/changes/list-cursors.ts';
import { problemResolvers, problemTypesOf } from '../../operations/problem.ts';
import { startReconciler } from '../../operations/reconciler.ts';
import { together } from '../../operations/repeat.ts';
import { countSmartId } from '../../operations/visits/count-smart-id.ts';
import { openReference, shownId } from '../../operations/visits/proof.ts';
import { classOf, type ServicesOf } from '../../runtime/call-class.ts';
import { mayRead, requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { SubgraphDefinition } from '../../runtime/serve.ts';
import {
  type CredentialsContext,
  createContext,
  loadCards,
  type PatronReference,
  type ResolverServices,
} from '../context.ts';
import { startClosing } from '../merging/start-closing.ts';
import { type PatronVerification, type VerifyPatronInput, verifyPatron } from '../partners/verify-patron.ts';
import { recoveryOf } from '../procedures/recovery.ts';
import { startReleasing } from '../received/release.ts';
import { type CredentialStatus, libraryCardNumberOf, sortCards, statusOf } from '../rules/cards/status.ts';
import { notRecognised } from '../rules/problem.ts';
import { application, applicationResolvers, applications, patronApplications } from './applications.ts';
import { cardResolvers, identifyScopes, type ShownCard } from './cards.ts';
import { changeResolvers, subscriptions } from './changes.ts';
import { lossReportResolvers, lossReports, patronLossReports } from './loss-reports.ts';
import { mergeResolvers } from './merges.ts';
import { mutations } from './mutations.ts';
import { applicationProgress } from './progress.ts';
import { resultResolvers } from './results.ts';
import { sameDocument } from './same-document.ts';
import { endedSignIns, readerStanding, signInMutations } from './sign-in.ts';

/**
 * With these scopes, a caller may read a patron's card numbers. *circulation* finds loans and holds by card number, so
 * callers who may read those need card numbers, too.
 */
const cardNumberScopes: readonly Scope[] = [
  'credentials:read',
  'circulation:read',
  'charges:read',
  'station',
];

const beforeReading = ({ services, caller }: CredentialsContext) =>
  cursorBefore(services, { caller, field: 'credentialChanges' });
const ofIndex = ({ services, caller }: CredentialsContext) =>
  cursorOfIndex(services, { caller, field: 'credentialChanges' });

/** The *credentials* subgraph. `clock` gives the present time, because rules depend on the day. */
export function credentialsSubgraph(
  servicesOf: ServicesOf<ResolverServices>,
  clock: () => Date,
): SubgraphDefinition<CredentialsContext> {
  return {
    name: 'credentials',
    createContext: (caller, signal, operation, query) =>
      createContext(servicesOf(classOf(caller, operation)), caller, signal, clock(), query),
    resolvers: {
      Query: {
        me: (_: unknown, _args: unknown, { caller }: CredentialsContext) =>
          caller.patronId === null ? null : { id: caller.patronId },
        credential: (_: unknown, args: { libraryCardNumber: string }, context: CredentialsContext) =>
          identify(context, () => context.cardsByNumber.load(args.libraryCardNumber), isEnoughToBorrow),
        smartId: (_: unknown, { presented }: { presented: SmartIdPresented }, context: CredentialsContext) =>
          identify(context, () => {
            const { services, caller } = context;
            const find = () => findPresentedCard(presented, context);
            return countSmartId(services, caller, presented, find, (card) => card !== null);
          }),
        application: followable(application, beforeReading),
        applications: followable(applications, ofIndex),
        lossReports: followable(lossReports, ofIndex),
        applicationProgress,
        readerStanding,
        endedSignIns,
      },
      Mutation: { ...mutations, verifyPatron: followable(verify, beforeVerifying), ...signInMutations },
      Subscription: subscriptions,
      ...changeResolvers,
      Patron: {
        __resolveReference: openReference,
        id: shownId,
        credentials,
        libraryCardNumber,
        cardNumbers,
        hasCardInUse,
        applications: patronApplications,
        lossReports: patronLossReports,
        ...mergeResolvers,
      },
      ...cardResolvers,
      ...applicationResolvers,
      LossReport: lossReportResolvers,
      Application: { ...applicationResolvers.Application, sameDocument },
      ApplicationProblem: problemResolvers,
      PatronVerification: { problems: problemsOfVerification },
      AuthenticateReaderProblem: problemResolvers,
      SetPinByCodeProblem: problemResolvers,
      VerifyPatronProblem: problemResolvers,
      ...resultResolvers,
      ...problemTypesOf(resultResolvers),
    },
    start() {
      const services = servicesOf('background');
      return together([
        startReconciler({ ...services, reconcilers: recoveryOf(services) }),
        startReleasing(services),
        startClosing(services),
      ]);
    },
  };
}

/**
 * Returns the card that `find` returns, if the caller is its patron or may look up cards (R27). For another patron's
 * card and for an unknown card, a patron gets the same error FORBIDDEN, so that the answer doesn't show which cards
 * exist. A station gets the patron of a card only if `isShown` is true.
 */
async function identify(
  { caller }: CredentialsContext,
  find: () => Promise<Credential | null>,
  isShown: (card: Credential) => boolean = () => true,
): Promise<ShownCard | null> {
  if (caller.patronId === null) {
    requireRead(caller, null, identifyScopes);
  }
  const card = await find();
  requireRead(caller, card?.patronId ?? null, identifyScopes);
  return card === null ? null : { ...card, isShown: isShown(card) };
}

/** Whether the number of a card is enough to borrow. A smart identity card must be read by a card reader (R11). */
const isEnoughToBorrow = ({ kind }: Credential): boolean => kind === 'LIBRARY_CARD';

/**
 * Finds a smart identity card by what was read from it. Null if it was reported lost (R17), even if the loss is
 * recorded on another of the patron's cards.
 */
async function findPresentedCard(
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
  const cards = await loadCards(patron, ['credentials:read'], context);
  const statuses = args.status ?? null;
  return sortCards(cards).filter((card) => statuses === null || statuses.includes(statusOf(card, cards)));
}

async function libraryCardNumber(patron: PatronReference, _args: unknown, context: CredentialsContext) {
  return libraryCardNumberOf(await loadCards(patron, ['credentials:read'], context));
}

/**
 * The numbers of the patron's cards, and then of the cards of records that were merged into the patron's record. Null
 * for callers without any of {@link cardNumberScopes}. Only the gateway requests this field, and *circulation* then
 * refuses the field that the client requested.
 */
async function cardNumbers(patron: PatronReference, _args: unknown, context: CredentialsContext) {
  const cards = await cardsForCirculation(patron, context);
  return cards?.map(({ libraryCardNumber: number }) => number) ?? null;
}

/** Whether the patron can borrow with one of these cards. Null for callers for whom `cardNumbers` is null. */
async function hasCardInUse(patron: PatronReference, _args: unknown, context: CredentialsContext) {
  const cards = await cardsForCirculation(patron, context);
  return cards?.some((card) => isInUse(card, cards)) ?? null;
}

async function cardsForCirculation(
  patron: PatronReference,
  context: CredentialsContext,
): Promise<readonly Credential[] | null> {
  if (!mayRead(context.caller, patron.id, cardNumberScopes)) {
    return null;
  }
  const [own, { from }] = await Promise.all([
    context.cardsByPatron.load(patron.id),
    context.merges.load(patron.id),
  ]);
  const others = await Promise.all(from.map((id) => context.cardsByPatron.load(id)));
  return [own, ...others].flatMap(sortCards);
}

const beforeVerifying = ({ services, caller }: CredentialsContext) =>
  cursorBefore(services, { caller, field: 'standingChanges' });

async function verify(
  _: unknown,
  { input }: { input: VerifyPatronInput },
  { services, caller }: CredentialsContext,
) {
  requireRead(caller, null, ['partner:verify']);
  return await verifyPatron(services, caller, input);
}

const problemsOfVerification = ({ problem, mayRetryAt }: PatronVerification) =>
  problem === null ? [] : [{ ...notRecognised(problem), mayRetryAt }];
