import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type MutantName, mutantNames } from './mutants/mutants.ts';
import { brief, everything, type Scenario, withoutFaults } from './scenario.ts';

export const usage = `npm run torture -- [options]

  --seed N         of all choices; one is made and printed where none is given
  --operations N   asks for so many (${everything.operations} unless --seconds or --brief is given)
  --seconds N      asks for so long
  --replicas N     processes on one PostgreSQL (${everything.replicas})
  --stations N     that ask at the same time (${everything.stations})
  --brief          ${brief.seconds} seconds, as in the test suite
  --no-faults      nothing fails, and nobody is killed or frozen
  --mutants        the program with one mistake after the other in it: each must be caught
  --mutant NAME    with one of them: ${mutantNames.join(', ')}
  --help

PostgreSQL is what DATABASE_URL names, or else a cluster of its own in a temporary folder.`;

export interface Options {
  readonly seed: number;
  readonly scenario: Scenario;
  /** None: the program as it is. */
  readonly mutants: readonly MutantName[];
}

/** Throws where an option is none, or its value makes no sense. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      operations: { type: 'string' },
      seconds: { type: 'string' },
      replicas: { type: 'string' },
      stations: { type: 'string' },
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
  };
  return {
    seed: wholeNumber('seed', values.seed) ?? randomInt(1, 1_000_000),
    scenario: values['no-faults'] ? withoutFaults(scenario) : scenario,
    mutants: values.mutants ? mutantNames : mutantNames.filter((name) => name === knownMutant(values.mutant)),
  };
}

function wholeNumber(option: string, given: string | undefined): number | null {
  if (given === undefined) {
    return null;
  }
  if (!/^[1-9]\d{0,8}$/.test(given)) {
    throw new RangeError(`--${option} is ${given}: a whole number from 1 is wanted`);
  }
  return Number(given);
}

function knownMutant(given: string | undefined): string | undefined {
  if (given === undefined || mutantNames.some((name) => name === given)) {
    return given;
  }
  throw new RangeError(`--mutant is ${given}: one of ${mutantNames.join(', ')} is wanted`);
}
