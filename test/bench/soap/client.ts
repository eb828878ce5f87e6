/**
 * A SOAP client in a process of its own. Its arguments are the client's name, the folder of its checkout, the server's
 * address, the case's name, and the number of calls in progress at once. If a message is a number, the process makes
 * this number of calls and answers with 0. It answers the message `cpu` with its CPU time so far.
 */
import { cases, pathOf } from './cases.ts';
import { openByHand } from './clients/by-hand.ts';
import { openNodeSoap } from './clients/node-soap.ts';
import { openOwn } from './clients/own.ts';

const [client = '', folder = '', server = '', name, inFlight] = process.argv.slice(2);
const measured = cases.find((candidate) => candidate.name === name);
if (measured === undefined) {
  throw new Error(`there is no case ${name}`);
}
const url = `${server}${pathOf(measured)}`;
const openClient = {
  own: () => openOwn(folder, url, measured),
  'node-soap': () => openNodeSoap(folder, url, measured),
  'by hand': () => openByHand(url, measured),
}[client];
const call = await openClient?.();

async function callOnce(): Promise<void> {
  const rows = await call?.();
  if (rows !== measured?.rows) {
    throw new Error(`${client} read ${rows} rows of ${measured?.rows}`);
  }
}

process.on('message', async (message: number | 'cpu') => {
  if (message === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  } else {
    let left = message;
    const lane = async () => {
      while (left-- > 0) {
        await callOnce();
      }
    };
    await Promise.all(Array.from({ length: Number(inFlight) }, lane));
    process.send?.(0);
  }
});
// The measuring process has ended.
process.on('disconnect', () => process.exit());
process.send?.('ready');
