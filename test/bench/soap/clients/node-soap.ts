import { join } from 'node:path';
import { createClientAsync } from 'soap';
import { argumentsOf, type Case, wsdlOf } from '../cases.ts';
import type { CountRows } from './own.ts';

/** An unchanged node-soap. It checks nothing. */
export async function openNodeSoap(folder: string, url: string, measured: Case): Promise<CountRows> {
  const client = await createClientAsync(join(folder, 'adapters', wsdlOf(measured)), { endpoint: url });
  const request = argumentsOf(measured);
  const method = `${measured.operation}Async`;
  return async () => {
    const [reply] = (await client[method](request)) as [Readonly<Record<string, unknown>>];
    return Object.values(reply).find(Array.isArray)?.length ?? 0;
  };
}
