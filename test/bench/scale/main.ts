/**
 * `npm run bench:scale`: what a larger journal and more workers cost.
 *
 * - `journal`: PostgreSQL with 10,000 rows, and ten times more each time, up to `ROWS` (10,000,000): the time that a check-out spends
 *   in the journal, and which statements read a whole table.
 * - `workers`: requests per second, and CPU time per request, of a gateway with one and with two workers.
 *
 * Environment: `ONLY` (one of these), `ROWS`, `CHECK_OUTS` (200), `SECONDS` (10). PostgreSQL is a temporary cluster.
 */
import { measureJournal } from './journal.ts';
import { measureWorkers } from './workers.ts';

const {
  ONLY: only,
  ROWS: rows = '10000000',
  CHECK_OUTS: checkOuts = '200',
  SECONDS: seconds = '10',
} = process.env;
const print = (line: string) => process.stdout.write(`${line}\n`);

if (only !== 'workers') {
  await measureJournal({ maxRows: Number(rows), checkOuts: Number(checkOuts) }, print);
}
if (only !== 'journal') {
  await measureWorkers(Number(seconds), print);
}
