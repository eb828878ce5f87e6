import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoPython } from '../../peers/revenue/start.ts';
import type { SteppedServer } from '../system/stepped-server.ts';
import { checkPayments } from './check/index.ts';
import { paymentReport } from './payment-report.ts';
import type { PaymentScenario } from './payment-scenario.ts';
import { runPayments } from './run-payments.ts';

/** What a run with payments needs. */
export interface ReportedRun {
  /** Null for none. */
  readonly scenario: PaymentScenario | null;
  readonly seed: number;
  readonly server: SteppedServer;
  readonly root: string;
  readonly say: (text: string) => void;
  readonly over: AbortSignal;
}

/** Runs payments, and says what became of them. Resolves to false if there are violations, whose history is in a file. */
export async function runAndReport({ scenario, say, ...run }: ReportedRun): Promise<boolean> {
  if (scenario === null) {
    return true;
  }
  const missing = whyNoPython();
  if (missing !== null) {
    say(`No payments: ${missing}.`);
    return true;
  }
  await using database = await run.server.postgres.createDatabase();
  const { history, figures } = await runPayments({
    ...{ ...run, scenario, database },
    progress: (operations) => say(`${new Date().toISOString()} ${operations} payment operations`),
  });
  const violations = checkPayments(history);
  say(paymentReport(history, figures, violations));
  if (violations.length > 0) {
    const file = join(tmpdir(), `torture-payments-${run.seed}.json`);
    writeFileSync(file, JSON.stringify({ violations, ...history }));
    say(`the history is in ${file}`);
  }
  return violations.length === 0;
}
