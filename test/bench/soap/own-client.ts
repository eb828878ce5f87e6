import { join } from 'node:path';
import type * as contracts from '../../../adapters/circulation/contract.generated.ts';
import type * as soap from '../../../adapters/soap/client.ts';

const signal = new AbortController().signal;
export const cardNumber = '21852000000017';

export interface OwnClient extends AsyncDisposable {
  /** Reads the loans of a card. */
  call(): Promise<void>;
}

/**
 * The SOAP client of the checkout in `folder`, for a server whose answers have `loans` loans. Older checkouts have no
 * generated tables and read the WSDL when they start. So the client gets the tables and the WSDL.
 */
export async function openOwnClient(folder: string, url: string, loans: number): Promise<OwnClient> {
  const at = (path: string) => join(folder, 'adapters', path);
  const { createSoapClient } = (await import(at('soap/client.ts'))) as typeof soap;
  const { contract } = (await import(at('circulation/contract.generated.ts'))) as typeof contracts;
  const settings = {
    system: 'circulation',
    contract,
    wsdl: new URL(`file://${at('circulation/circulation.wsdl')}`),
    url: `${url}/${loans}`,
    reads: ['GetLoans'],
    reasonOf: () => null,
  } as const;
  const client = await createSoapClient<contracts.Operations>(settings);
  return {
    async call() {
      const { Loan } = await client.call('GetLoans', { SID: 's', CardNo: [cardNumber] }, signal);
      if (Loan.length !== loans) {
        throw new Error(`read ${Loan.length} loans of ${loans}`);
      }
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}
