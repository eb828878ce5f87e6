/**
 * A process that sends notices until it is killed. Arguments: the journal's file or database URL, the endpoint's URL,
 * and the endpoint's secret.
 */
import { openPostgresJournal } from '../../../../store/journal/postgres/index.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { secret } from '../../../support/journal-secret.ts';
import { endpointAt, start } from '../sending.ts';

const [database = '', url = '', signedWith = ''] = process.argv.slice(2);
const journal = database.startsWith('postgresql:')
  ? await openPostgresJournal({ secret, url: database, tls: null })
  : await openSqliteJournal({ secret, path: database });
// An attempt may take long, because the tests' endpoints hold answers back until the process ends.
start(journal, [endpointAt('mail', url, [signedWith])], { attemptMs: 30_000 });
process.stdout.write('sending\n');
