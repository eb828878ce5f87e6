/** Lists the findings, which are differences between the journal and the legacy systems: `npm run --silent books`. */
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { createCirculation } from '../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { runCommand } from '../../platform/commands/run-command.ts';
import { textTable } from '../../platform/commands/text-table.ts';
import { withSecretsFromFiles } from '../../platform/lifecycle/secrets.ts';
import { secretNames, weakSecrets } from '../../platform/lifecycle/weak-secrets.ts';
import { openClientTls } from '../../platform/tls/client.ts';
import { withoutUndefined } from '../../platform/without-undefined.ts';
import { openJournalToRead } from '../open-journal-to-read.ts';
import { type LegacySystem, readLegacyConfig } from '../runtime/environment/legacy-systems.ts';
import { requiredSystems } from '../runtime/start.ts';
import { type SweptSystems, sweep } from './before-upgrade.ts';
import { measuredText } from './measured.ts';
import { comparedText, descriptionsOfLeftovers, openText, tableOf } from './table.ts';

const usage = `Usage: npm run --silent books [-- --circulation | --before-upgrade]

Lists the operations about which the journal doesn't agree with circulation or with the payment system, the latest first, and counts
what is still open: of these operations, and of patrons about whom the three systems don't agree. With a payment system, the last
line says when payments were compared. No line has anything of a person.
The process that follows circulation's feed of events finds the first ones within seconds. The subgraph of charges compares payments,
waivers, refunds and cancellations with the payment system every night after 00:30, to the cent. Each operation found is an alarm.
Staff with the scope operations:repair acknowledge, repair and close findings. docs/runbook.md says what to do.

  --circulation          prints what the latest 10,000 changes tell of circulation: its clock, how long changes take, repeated
                         changes, gaps in the feed, and a proposed CIRC_DROP_AFTER_MS
  --before-upgrade       reads all patrons, and lists what later releases forbid: smart identity cards that are parted from their
                         holders, closed patrons with holds or loans, suspended and closed patrons whose cards are not blocked
                         for certain, and weak secrets of this environment. It names patrons by their numbers alone, writes
                         nothing and needs no journal; with five million patrons it takes hours
  --help                 this

DATABASE_URL      the PostgreSQL in which all processes keep their operations; else
DATA_DIR          the folder of the one process that keeps them in a file (.data)
PRS_URL, CMS_…, CIRC_…    the three systems, for --before-upgrade

Ends with 0 where nothing is open, with 1 where anything is, and with 2 in case of trouble.
`;

/** The maximum number of findings that the journal returns in one call. */
const maxFindings = 10_000;

type Mode = 'list' | 'circulation' | 'before upgrade';

async function list(log: Logger): Promise<number> {
  await using journal = await openJournalToRead(process.env, log);
  const [findings, open, payments] = await Promise.all([
    journal.latestFindings(maxFindings),
    journal.countOpenFindings(),
    journal.comparedNight(),
  ]);
  const parts = [
    findings.length === 0 && open.size === 0 ? 'Nothing was found that does not agree.\n' : '',
    findings.length === 0 ? '' : tableOf(findings),
    open.size === 0 ? '' : openText(open),
    payments === null ? '' : comparedText(payments),
  ];
  process.stdout.write(parts.filter((part) => part !== '').join('\n'));
  if (findings.length === maxFindings) {
    process.stderr.write(`Only the latest ${maxFindings} are listed.\n`);
  }
  return open.size > 0 ? 1 : 0;
}

async function measure(log: Logger): Promise<number> {
  await using journal = await openJournalToRead(process.env, log);
  process.stdout.write(measuredText(await journal.measureCirculation()));
  return 0;
}

async function listLeftovers(log: Logger): Promise<number> {
  const secrets = weakSecrets(withSecretsFromFiles(process.env, secretNames)).map((name) => [
    name,
    'is too easy to guess',
  ]);
  await using resources = new AsyncDisposableStack();
  const systems = openSystems(process.env, log, resources);
  const tell = (progress: string) => process.stderr.write(`${progress}\n`);
  const leftovers = await sweep(systems, tell, new AbortController().signal);
  const rows = leftovers.map(({ patronId, what }) => [patronId, descriptionsOfLeftovers[what]]);
  const all = [...secrets, ...rows];
  process.stdout.write(
    all.length === 0 ? 'Nothing was found that later releases forbid.\n' : textTable(['of', 'what'], all),
  );
  return all.length > 0 ? 1 : 0;
}

/**
 * Opens the three systems that the environment names. All calls are of the class `background`, so that the command
 * leaves most connections to others.
 * @throws Error whose message names every variable that is missing.
 */
function openSystems(env: NodeJS.ProcessEnv, log: Logger, resources: AsyncDisposableStack): SweptSystems {
  const { prs, cms, circ } = requiredSystems(readLegacyConfig(env), {}).core;
  const withTls = <System extends LegacySystem>({ tls, ...system }: System) => ({
    ...system,
    ...withoutUndefined({ tls: openClientTls(tls, log) ?? undefined }),
  });
  return {
    patrons: resources.use(createPatronRegistry(withTls(prs))).forClass('background'),
    cards: resources.use(createCardManagement(withTls(cms))).forClass('background'),
    circulation: resources.use(createCirculation(withTls(circ))).forClass('background'),
  };
}

const modes: Readonly<Record<Mode, (log: Logger) => Promise<number>>> = {
  list,
  circulation: measure,
  'before upgrade': listLeftovers,
};

function parse(args: string[]): { readonly mode: Mode } | null {
  const options = {
    help: { type: 'boolean' },
    circulation: { type: 'boolean' },
    'before-upgrade': { type: 'boolean' },
  } as const;
  const { help, circulation, 'before-upgrade': beforeUpgrade } = parseArgs({ args, options }).values;
  if (circulation && beforeUpgrade) {
    throw new Error('Use --circulation or --before-upgrade, not both.');
  }
  if (help) {
    return null;
  }
  return { mode: circulation ? 'circulation' : beforeUpgrade ? 'before upgrade' : 'list' };
}

await runCommand({ usage, parse, run: ({ mode }, log) => modes[mode](log), failureCode: 2 });
