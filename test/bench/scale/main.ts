/**
 * `npm run bench:scale` measures the cost of a larger journal and of more workers.
 *
 * - `journal`: PostgreSQL with 10,000 rows, then with ten times as many each time, up to `ROWS` (10,000,000). Measures
 *   the time that a check-out spends in the journal, and lists the statements that read a whole table.
 * - `workers`: requests per second, and CPU time per request, of a gateway with one and with two workers.
 *
 * Environment: `ONLY` (`journal` or `workers`), `ROWS`, `CHECK_OUTS` (200), `SECONDS` (10). PostgreSQL is a temporary
 * cluster.
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
