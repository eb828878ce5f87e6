import { messageOf } from '../../platform/lifecycle/message-of.ts';
import { announceRefusal, askForInput, leaveWorkers } from '../../platform/lifecycle/workers/worker.ts';
import { withoutUndefined } from '../../platform/without-undefined.ts';
import { readServerConfig, serverVariables } from '../config.ts';
import { noConfiguration, readConfiguration } from '../configuration/read-configuration.ts';
import { knownDocuments } from '../engine/operations/known-operations.ts';
import { runGateway } from '../run-gateway.ts';
import { chooseSource, writeSupergraph } from './choose-source.ts';
import { handOutSupergraph } from './hand-out.ts';
import { type Options, parseOptions, UsageError, usageOf } from './options.ts';
import { primarySource } from './sources/primary.ts';

export interface GatewayCommand {
  /** The command as a user types it, without its options. */
  readonly command: string;
  /**
   * Starts the gateway of our own graph, if the options name no other graph. Null if the command serves only other
   * graphs.
   */
  readonly startOwnGraph: ((env: NodeJS.ProcessEnv) => Promise<void>) | null;
}

/** Runs the command. Errors are written to standard error. The exit code is 2 for wrong options, 1 for other errors. */
export async function runCommand(
  { command, startOwnGraph }: GatewayCommand,
  args: readonly string[],
  ownEnv: NodeJS.ProcessEnv,
): Promise<void> {
  try {
    const options = parseOptions(args);
    if (options.help) {
      process.stdout.write(usageOf(command, startOwnGraph !== null));
      return;
    }
    const env = { ...ownEnv, ...withoutUndefined({ HOST: options.host, PORT: options.port }) };
    if (options.config !== undefined || options.supergraph !== undefined || options.compose !== null) {
      await startOtherGraph(env, options);
    } else if (startOwnGraph === null) {
      throw new UsageError('Say which graph to serve: with --config, --supergraph or --compose.');
    } else {
      await startOwnGraph(env);
    }
  } catch (error) {
    announceRefusal(messageOf(error));
    if (error instanceof UsageError) {
      process.stderr.write('--help prints all options.\n');
    }
    process.exitCode = error instanceof UsageError ? 2 : 1;
    leaveWorkers();
  }
}

/** Serves the supergraph that the options or the configuration file name, or writes it to `--out`. */
async function startOtherGraph(env: NodeJS.ProcessEnv, options: Options): Promise<void> {
  const config = readServerConfig(env);
  const configuration =
    options.config === undefined ? noConfiguration : await readConfiguration(options.config);
  const source = chooseSource(options, configuration, config.production);
  if (options.out !== undefined) {
    await writeSupergraph(source, options.out);
    return;
  }
  await runGateway(
    config,
    env,
    serverVariables,
    async (log, observer) => {
      const { startSupergraph } = await import('./start.ts');
      const { input, handover } = await askForInput();
      const given = primarySource(source.title, String(input));
      const known = knownDocuments.parse(handover ?? []);
      return startSupergraph(config, { source: given, configuration, checks: false, known }, log, observer);
    },
    (log) => handOutSupergraph(source, log),
  );
}
