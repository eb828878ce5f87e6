import type { ChargesLedger } from '../../../adapters/charges/port.ts';
import { together } from '../../operations/repeat.ts';
import { classOf, type ServicesOf } from '../../runtime/call-class.ts';
import type { SubgraphDefinition } from '../../runtime/serve.ts';
import { type ChargesContext, type ChargesServices, createContext } from '../context.ts';
import { startOwingFollower } from '../owing/follower.ts';
import type { OwingServices } from '../owing/services.ts';
import { accountResolvers, creditResolvers, patronResolvers } from './account.ts';
import { chargeResolvers } from './charge.ts';
import { owingConnectionResolvers, owingPatronResolvers, owingPatrons } from './owing-patrons.ts';
import { paymentLineResolvers, paymentResolvers, receiptResolvers, refundResolvers } from './payment.ts';

/**
 * The *charges* subgraph.
 * @param buildsIndex false for tests that count calls or inject faults, because following the payment system's changes
 *   calls it all the time
 */
export function chargesSubgraph(
  ledgerOf: ServicesOf<ChargesLedger>,
  servicesOf: ServicesOf<Omit<ChargesServices, 'ledger'> & Omit<OwingServices, 'ledger'>>,
  clock: () => Date,
  buildsIndex: boolean,
): SubgraphDefinition<ChargesContext> {
  return {
    name: 'charges',
    createContext(caller, signal, operation, query) {
      const callClass = classOf(caller, operation);
      const services = { ...servicesOf(callClass), ledger: ledgerOf(callClass) };
      return createContext(services, clock, caller, signal, query);
    },
    start() {
      const services = { ...servicesOf('background'), ledger: ledgerOf('background') };
      return buildsIndex ? startOwingFollower(services) : together([]);
    },
    resolvers: {
      Query: { owingPatrons },
      OwingPatronConnection: owingConnectionResolvers,
      OwingPatron: owingPatronResolvers,
      Patron: patronResolvers,
      Account: accountResolvers,
      Charge: chargeResolvers,
      Credit: creditResolvers,
      Payment: paymentResolvers,
      PaymentLine: paymentLineResolvers,
      Refund: refundResolvers,
      Receipt: receiptResolvers,
    },
  };
}
