import { type Logger, pino } from 'pino';
import { messageOf } from '../lifecycle/message-of.ts';

/** A command that an operator runs by hand. */
export interface Command<Arguments> {
  readonly usage: string;
  /** Parses the arguments. Null for `--help`. @throws Error whose message says what is wrong with the arguments. */
  parse(args: string[]): Arguments | null;
  /** Resolves to the exit code. Rejects with an Error whose message is for the operator. */
  run(given: Arguments, log: Logger): Promise<number>;
  /** The exit code if `run` rejects. */
  readonly failureCode: number;
}

/** Runs the command, and sets the exit code. If the arguments are wrong, prints the usage, and the exit code is 2. */
export async function runCommand<Arguments>(command: Command<Arguments>): Promise<void> {
  process.exitCode = await exitCodeOf(command);
}

async function exitCodeOf<Arguments>({
  usage,
  parse,
  run,
  failureCode,
}: Command<Arguments>): Promise<number> {
  let given: Arguments | null;
  try {
    given = parse(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}`);
    return 2;
  }
  if (given === null) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    return await run(given, pino(pino.destination(2)));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return failureCode;
  }
}
