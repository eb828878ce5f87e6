/**
 * `npm run generate`: reads each vendor's contract and writes `contract.generated.ts` beside it. That module has the
 * TypeScript types of requests and replies, and the tables that encode and decode them. With `--check` the command
 * writes nothing, and fails if a module is stale. Decision 64 has the reasons.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { type SystemEntry, systems } from '../../../platform/systems.ts';
import { type ContractOptions, readContract } from './read/read-contract.ts';
import { differencesToSoap } from './read/second-judge.ts';
import { tableFunctions, writeModule } from './write/write-module.ts';

interface ContractEntry {
  /** The path of the WSDL, below `adapters/`. */
  readonly wsdl: string;
  readonly options?: ContractOptions;
  /** The operations that our parser refuses. No adapter calls them. */
  readonly refused?: readonly string[];
  /** Our differences from the npm package `soap`, each with the reason why our reading is right. */
  readonly exceptions?: Readonly<Record<string, string>>;
}

const contracts: readonly ContractEntry[] = systems.map(contractOf);

export function contractOf({ adapter, contract }: SystemEntry): ContractEntry {
  const { wsdl, exceptions = {}, refused = [], ...options } = contract;
  return { wsdl: `${adapter}/${wsdl}`, options, exceptions, refused };
}

/**
 * The text of the generated module of a contract. Rejects if the parser refuses an operation that is not in `refused`.
 * Also rejects if the differences from the npm package `soap` are others than those in `exceptions`.
 */
export async function moduleOf(
  file: URL,
  { options = {}, exceptions = {}, refused = [] }: Omit<ContractEntry, 'wsdl'> = {},
): Promise<string> {
  const read = readContract(file, { ...options, reservedNames: tableFunctions });
  for (const [name, error] of read.refused) {
    if (!refused.includes(name)) {
      throw error;
    }
  }
  const differences = await differencesToSoap(file, read);
  const unnamed = differences.filter((difference) => !Object.hasOwn(exceptions, difference));
  const stale = Object.keys(exceptions).filter((exception) => !differences.includes(exception));
  if (unnamed.length + stale.length > 0) {
    const lines = [...unnamed, ...stale.map((exception) => `no difference any more: ${exception}`)];
    throw new Error(`${file.pathname} is not what soap reads:\n${lines.join('\n')}`);
  }
  return writeModule(read, file.pathname.split('/').at(-1) ?? '');
}

async function generate(isCheck: boolean): Promise<void> {
  for (const { wsdl, ...entry } of contracts) {
    const source = new URL(`../../${wsdl}`, import.meta.url);
    const target = new URL('contract.generated.ts', source);
    const module = await moduleOf(source, entry);
    if (!isCheck) {
      await writeFile(target, module);
    } else if ((await readFile(target, 'utf8').catch(() => '')) !== module) {
      throw new Error(`${target.pathname} is stale: run \`npm run generate\`.`);
    }
  }
}

if (import.meta.main) {
  await generate(process.argv.includes('--check'));
}
