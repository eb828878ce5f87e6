/**
 * A SOAP client in a process of its own. Arguments: the folder of its checkout, the server's address, the number of loans in each
 * answer. A number as a message makes so many calls at once, which is answered with 0; `cpu` is answered with the CPU time so far.
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
// Whoever measures has ended, however that was.
process.on('disconnect', () => process.exit());
process.send?.('ready');
