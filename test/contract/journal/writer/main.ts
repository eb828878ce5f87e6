import { randomUUID } from 'node:crypto';
import { outcomeOf } from '../../../../store/journal/port.ts';
import { openPostgresJournal } from '../../../../store/journal/postgres/index.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { secret } from '../../../support/journal-secret.ts';
import { always, caller, checkOut, epochOf, loanOf } from '../journal-under-test.ts';

/**
 * Writes check-outs of one patron, three at a time, until the process is killed. Prints each step that the journal has
 * confirmed.
 */
const { JOURNAL_URL: url, JOURNAL_FILE: path = '' } = process.env;
const journal = await (url === undefined
  ? openSqliteJournal({ secret, path })
  : openPostgresJournal({ secret, url, tls: null }));

let written = 0;

async function write(): Promise<never> {
  for (;;) {
    const reference = randomUUID();
    const { operation } = await journal.begin(checkOut(reference, { caller }));
    process.stdout.write(`begun ${reference}\n`);
    const since = await epochOf(journal, 'P0000001');
    await journal.reserve(operation.id, loanOf('P0000001', { since }), always);
    process.stdout.write(`reserved ${reference}\n`);
    await journal.settle(operation.id, outcomeOf('DONE', null));
    process.stdout.write(`done ${reference}\n`);
    written += 1;
    process.stdout.write(`written ${written}\n`);
  }
}

await Promise.all([write(), write(), write()]);
