import { join } from 'node:path';
import type * as circulation from '../../../../adapters/circulation/soap.ts';
import type * as patrons from '../../../../adapters/patrons/soap.ts';
import { type Case, cardNumber, patronNumber } from '../cases.ts';

const signal = new AbortController().signal;

/** A call, which resolves to the number of rows that were read. */
export type CountRows = () => Promise<number>;

/** The case's call through the adapter of the checkout in `folder`: limits, breaker, bulkhead, checks and translation. */
export async function openOwn(folder: string, url: string, { operation, rows }: Case): Promise<CountRows> {
  const at = (system: string) => join(folder, 'adapters', system, 'soap.ts');
  if (operation === 'GetPatrons') {
    const { createPatronRegistry } = (await import(at('patrons'))) as typeof patrons;
    const registry = createPatronRegistry({ url });
    return async () =>
      (await registry.findMany([patronNumber], signal)).filter((patron) => patron !== null).length;
  }
  const { createCirculation } = (await import(at('circulation'))) as typeof circulation;
  const port = createCirculation({ url, user: 'u', password: 'p' });
  switch (operation) {
    case 'GetLoans':
      return async () => (await port.loansByCard([cardNumber], signal))[0]?.length ?? 0;
    case 'ListEvents':
      return async () => (await port.eventsAfter('0', rows, signal)).length;
    case 'FindItems':
      return async () => (await port.findItems('紅', rows, signal)).length;
    default:
      return operation satisfies never;
  }
}
