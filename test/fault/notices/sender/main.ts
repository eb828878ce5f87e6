/** A process that sends notices until it is killed. Arguments: the journal's file, the endpoint's URL and its secret. */
import { openSqliteJournal } from '../../../../adapters/journal/sqlite/index.ts';
import { secret } from '../../../support/journal-secret.ts';
import { endpointAt, start } from '../sending.ts';

const [path = '', url = '', signedWith = ''] = process.argv.slice(2);
const journal = await openSqliteJournal({ secret, path });
start(journal, [endpointAt('mail', url, [signedWith])]);
process.stdout.write('sending\n');
