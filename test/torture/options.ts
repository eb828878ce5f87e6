import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type MutantName, mutantNames } from './mutants/mutants.ts';
import { allPayments, briefPayments, type PaymentScenario } from './payments/payment-scenario.ts';
import { brief, everything, type Scenario, withoutFaults } from './scenario.ts';

/** The number of payments in a hundred operations, unless it is given. */
const paymentShare = 5;

export const usage = `npm run torture -- [options]

  --seed N         decides every choice; without it one is drawn and printed
  --operations N   ends after N operations (${everything.operations} unless --seconds or --brief is given)
  --seconds N      ends after N seconds
  --replicas N     processes that share one PostgreSQL (${everything.replicas})
  --stations N     clients at the same time (${everything.stations})
  --sip2 N         self-service stations that use SIP2, through a gateway (${everything.sip2Stations})
  --subscribers N  clients that follow the log of changes, through gateways of their own (${everything.subscribers})
  --payments       payments alone: ${allPayments.operations} operations over a foreign payment system, unless --operations is given
  --payment-share N  payments beside the others: N in a hundred operations (${paymentShare}); 0 for none
  --before FOLDER  a checkout of an earlier program, which most replicas run until the middle of the run
  --pgbouncer      all processes reach PostgreSQL through PgBouncer, in transaction mode
  --brief          ${brief.seconds} seconds, as in the test suite
  --no-faults      nothing fails, and no replica is killed or frozen
  --mutants        runs copies of the program with one mistake each, which must be caught
  --mutant NAME    runs one of them: ${mutantNames.join(', ')}
  --help           prints this

PostgreSQL is the one that DATABASE_URL names, or else a cluster in a temporary folder.`;

export interface Options {
  readonly seed: number;
  /** Null if there are only payments. */
  readonly scenario: Scenario | null;
  /** Null if there are no payments. */
  readonly payments: PaymentScenario | null;
  /** The folder of an earlier program; null if there is none. */
  readonly before: string | null;
  /** The mutants to run. If the list is empty, the unchanged program runs. */
  readonly mutants: readonly MutantName[];
}

/** @throws Error if an option is unknown or its value is invalid. The message tells the valid values. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      operations: { type: 'string' },
      seconds: { type: 'string' },
      replicas: { type: 'string' },
      stations: { type: 'string' },
      sip2: { type: 'string' },
      subscribers: { type: 'string' },
      payments: { type: 'boolean', default: false },
      'payment-share': { type: 'string' },
      before: { type: 'string' },
      pgbouncer: { type: 'boolean', default: false },
      brief: { type: 'boolean', default: false },
      'no-faults': { type: 'boolean', default: false },
      mutants: { type: 'boolean', default: false },
      mutant: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    return 'help';
  }
  const base = values.brief ? brief : everything;
  const seconds = wholeNumber('seconds', values.seconds);
  const scenario: Scenario = {
    ...base,
    operations:
      wholeNumber('operations', values.operations) ?? (seconds === null ? base.operations : 1_000_000),
    seconds: seconds ?? base.seconds,
    replicas: wholeNumber('replicas', values.replicas) ?? base.replicas,
    stations: wholeNumber('stations', values.stations) ?? base.stations,
    sip2Stations: wholeNumber('sip2', values.sip2) ?? base.sip2Stations,
    subscribers: wholeNumber('subscribers', values.subscribers) ?? base.subscribers,
    usesPgBouncer: values.pgbouncer,
  };
  return {
    seed: wholeNumber('seed', values.seed) ?? randomInt(1, 1_000_000),
    before: values.before === undefined ? null : resolve(values.before),
    scenario: values.payments ? null : values['no-faults'] ? withoutFaults(scenario) : scenario,
    payments: paymentsOf(values, scenario),
    mutants: values.mutants ? mutantNames : mutantNames.filter((name) => name === knownMutant(values.mutant)),
  };
}

/** Payments alone, or beside the other operations, for as long as those. Without faults, there are none. */
function paymentsOf(
  values: {
    readonly payments: boolean;
    readonly brief: boolean;
    readonly operations?: string | undefined;
    readonly 'no-faults': boolean;
    readonly 'payment-share'?: string | undefined;
  },
  { operations, seconds }: Scenario,
): PaymentScenario | null {
  if (values.payments) {
    const given = wholeNumber('operations', values.operations);
    return {
      ...allPayments,
      seconds,
      operations: given ?? (Number.isFinite(seconds) ? operations : allPayments.operations),
    };
  }
  const given = values['payment-share'];
  const share = given === undefined ? paymentShare : given === '0' ? 0 : wholeNumber('payment-share', given);
  if (share === null || share === 0 || values['no-faults']) {
    return null;
  }
  const base = values.brief ? briefPayments : allPayments;
  return { ...base, seconds, operations: Math.ceil((operations * share) / 100) };
}

function wholeNumber(option: string, value: string | undefined): number | null {
  if (value === undefined) {
    return null;
  }
  if (!/^[1-9]\d{0,8}$/.test(value)) {
    throw new RangeError(`--${option} is ${value}, but must be a whole number of at least 1`);
  }
  return Number(value);
}

function knownMutant(name: string | undefined): string | undefined {
  if (name === undefined || mutantNames.some((known) => known === name)) {
    return name;
  }
  throw new RangeError(`--mutant is ${name}, but must be one of ${mutantNames.join(', ')}`);
}
