/**
 * Follows the payment system at `RPS_URL` into the journal at `JOURNAL_FILE`, until the process is killed. It stops after it
 * has marked the patrons of a page of changes, before it reads their accounts, and prints `marked`.
 */
import { openSqliteJournal } from '../../../../../store/journal/sqlite/index.ts';
import { startOwingFollower } from '../../../../../subgraphs/charges/owing/follower.ts';
import { secret } from '../../../../support/journal-secret.ts';
import { ledgerAt } from '../ledger.ts';

const { RPS_URL = '', JOURNAL_FILE = '' } = process.env;
const journal = await openSqliteJournal({ secret, path: JOURNAL_FILE });
const ledger = ledgerAt(RPS_URL);
const log = { info() {}, warn() {}, error() {} };
const owing = {
  ...journal,
  /** Never returns, so that the process stops between the changes and the accounts. */
  async saveOwingChanges(...args: Parameters<typeof journal.saveOwingChanges>) {
    const isSaved = await journal.saveOwingChanges(...args);
    process.stdout.write('marked\n');
    await new Promise(() => {});
    return isSaved;
  },
};
const services = { owing, paymentBooks: journal, books: journal, ledger, log, observer: {} };
startOwingFollower({ ...services, monotonic: () => performance.now() });
setInterval(() => {}, 60_000);
