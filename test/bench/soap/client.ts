/**
 * A SOAP client in a process of its own. Its arguments are the folder of its checkout, the server's address, and the
 * number of loans in each answer. If a message is a number, the process makes this number of calls at once and answers
 * with 0. It answers the message `cpu` with its CPU time so far.
 */
import { openOwnClient } from './own-client.ts';

const [folder = '', url = '', loans = ''] = process.argv.slice(2);
const client = await openOwnClient(folder, url, Number(loans));
process.on('message', async (message: number | 'cpu') => {
  if (message === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  } else {
    await Promise.all(Array.from({ length: message }, () => client.call()));
    process.send?.(0);
  }
});
// The measuring process has ended.
process.on('disconnect', () => process.exit());
process.send?.('ready');
