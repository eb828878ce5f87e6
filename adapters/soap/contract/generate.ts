/**
 * `npm run generate`: reads each vendor's contract and writes `contract.generated.ts` beside it. That module has the
 * TypeScript types of requests and replies, and the tables that encode and decode them. With `--check` the command
 * writes nothing, and fails if a module is stale.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { type ContractOptions, readContract } from './read/read-contract.ts';
import { tableFunctions, writeModule } from './write/write-module.ts';

const wsdls = [
  'patrons/patron-registry.wsdl',
  'credentials/card-management.wsdl',
  'circulation/circulation.wsdl',
  'revenue/revenue.wsdl',
];

/** The generated module of a contract. A contract of our own systems is refused as a whole. */
export function moduleOf(file: URL, options: ContractOptions = {}): string {
  const read = readContract(file, { ...options, reservedNames: tableFunctions });
  for (const error of read.refused.values()) {
    throw error;
  }
  return writeModule(read, file.pathname.split('/').at(-1) ?? '');
}

async function generate(isCheck: boolean): Promise<void> {
  for (const wsdl of wsdls) {
    const source = new URL(`../../${wsdl}`, import.meta.url);
    const target = new URL('contract.generated.ts', source);
    const module = moduleOf(source);
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
