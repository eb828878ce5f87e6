import type { ChargesLedger } from '../../../adapters/charges/port.ts';
import { classOf, type ServicesOf } from '../../runtime/call-class.ts';
import type { SubgraphDefinition } from '../../runtime/serve.ts';
import { type ChargesContext, type ChargesServices, createContext } from '../context.ts';
import { accountResolvers, creditResolvers, patronResolvers } from './account.ts';
import { chargeResolvers } from './charge.ts';
import { paymentLineResolvers, paymentResolvers, receiptResolvers, refundResolvers } from './payment.ts';

/** The *charges* subgraph. */
export function chargesSubgraph(
  ledgerOf: ServicesOf<ChargesLedger>,
  servicesOf: ServicesOf<Omit<ChargesServices, 'ledger'>>,
  clock: () => Date,
): SubgraphDefinition<ChargesContext> {
  return {
    name: 'charges',
    createContext(caller, signal, operation, query) {
      const callClass = classOf(caller, operation);
      const services = { ...servicesOf(callClass), ledger: ledgerOf(callClass) };
      return createContext(services, clock, caller, signal, query);
    },
    resolvers: {
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
