import type { PaymentHistory, PaymentViolation } from './payment-history.ts';
import type { PaymentFigures } from './run-payments.ts';

/** The most violations that a report lists. */
const shown = 20;

/** What happened in a run with payments. */
export function paymentReport(
  { operations, books }: PaymentHistory,
  { log, disturbances, findings, wayHits, stack, askingMs, settlingMs }: PaymentFigures,
  violations: readonly PaymentViolation[],
): string {
  const { replicas, crashes, silences, expiries, endsOfDay, money } = disturbances;
  const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
  return [
    `payments, over ${stack}:`,
    `  ${log.asked.length} operations requested in ${seconds(askingMs)}, ${operations.length} in the journal; ` +
      `${operations.filter(({ state }) => state === 'UNSETTLED').length} unsettled ${seconds(settlingMs)} later`,
    `  ${counted(operations.map(({ kind, state }) => `${kind.slice(4)} ${state}`))}`,
    `  orders: ${counted(books.orders.map(({ state }) => state))}; money sent ${money.length} times`,
    `  effects: ${books.effects.length}; requests without an answer: ${log.lost}, repeated: ${log.repeated}`,
    `  replicas killed ${replicas.kills} times, frozen ${replicas.freezes}; the payment system crashed ${crashes.kills} times, silent ${silences}`,
    `  its clock put on by 16 minutes ${expiries} times, over the end of the day ${endsOfDay}`,
    `  faults on the way: ${listed(wayHits)}`,
    `  errors in answers: ${listed(log.errors)}`,
    `  errors in logs: ${listed(findings.errors)}`,
    `  violations: ${violations.length}`,
    ...violations.slice(0, shown).map(({ property, what }) => `    ${property}: ${what}`),
  ].join('\n');
}

const counted = (names: readonly string[]): string =>
  listed(new Map([...Map.groupBy(names, (name) => name)].map(([name, same]) => [name, same.length])));

const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';
