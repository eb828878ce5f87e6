import type { ChargesLedger } from '../../../adapters/charges/port.ts';
import type { CallClass } from '../../../platform/priority/call-classes.ts';
import { startReconciler } from '../../operations/reconciler.ts';
import { together } from '../../operations/repeat.ts';
import { classOf, type ServicesOf } from '../../runtime/call-class.ts';
import type { SubgraphDefinition } from '../../runtime/serve.ts';
import { type ChargesContext, type ChargesServices, createContext } from '../context.ts';
import { startOwingFollower } from '../owing/follower.ts';
import type { OwingServices } from '../owing/services.ts';
import { lookupOrigin } from '../paying/clerk.ts';
import { recoveryOf } from '../paying/recovery.ts';
import { accountResolvers, creditResolvers, patronResolvers, payable } from './account.ts';
import { chargeResolvers } from './charge.ts';
import { codePayment, codePaymentResolvers } from './code-payment.ts';
import {
  foundOperationResolvers,
  ownOperationResolvers,
  paymentOperation,
  paymentOperations,
} from './found-operations.ts';
import { mutations } from './mutations.ts';
import { owingConnectionResolvers, owingPatronResolvers, owingPatrons } from './owing-patrons.ts';
import {
  paymentLineResolvers,
  paymentMethods,
  paymentResolvers,
  receiptResolvers,
  refundResolvers,
  stationPaymentResolvers,
} from './payment.ts';
import { resultResolvers } from './results.ts';

/** The services that the subgraph gets from outside: all except the payment system. */
type GivenServices = Omit<ChargesServices, 'ledger'> & Omit<OwingServices, 'ledger'>;

/**
 * The *charges* subgraph.
 * @param buildsIndex whether to follow the payment system's list of changes. This makes calls all the time, so tests
 *   that count calls or inject faults set it to false.
 */
export function chargesSubgraph(
  ledgerOf: ServicesOf<ChargesLedger>,
  servicesOf: ServicesOf<GivenServices>,
  { clock, branches }: Pick<ChargesContext, 'clock' | 'branches'>,
  buildsIndex: boolean,
): SubgraphDefinition<ChargesContext> {
  const withLedger = (callClass: CallClass) => ({
    ...servicesOf(callClass),
    ledger: ledgerOf(callClass),
  });
  return {
    name: 'charges',
    createContext(caller, signal, operation, query) {
      return createContext(
        withLedger(classOf(caller, operation)),
        { clock, branches },
        caller,
        signal,
        query,
      );
    },
    start() {
      const services = { ...withLedger('background'), origin: lookupOrigin, clock };
      const reconciler = startReconciler({ ...services, reconcilers: recoveryOf(services) });
      return together(buildsIndex ? [reconciler, startOwingFollower(services)] : [reconciler]);
    },
    resolvers: {
      Query: { codePayment, owingPatrons, payable, paymentMethods, paymentOperation, paymentOperations },
      Mutation: mutations,
      OwingPatronConnection: owingConnectionResolvers,
      OwingPatron: owingPatronResolvers,
      OwnPaymentOperation: ownOperationResolvers,
      FoundPaymentOperation: {
        ...foundOperationResolvers,
        problems: resultResolvers.StartPaymentPayload.problems,
      },
      Patron: patronResolvers,
      Account: accountResolvers,
      Charge: chargeResolvers,
      Credit: creditResolvers,
      Payment: paymentResolvers,
      CodePayment: codePaymentResolvers,
      StationPayment: stationPaymentResolvers,
      PaymentLine: paymentLineResolvers,
      Refund: refundResolvers,
      Receipt: receiptResolvers,
      ...resultResolvers,
    },
  };
}
