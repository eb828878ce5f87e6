import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { withoutUndefined } from '../../platform/without-undefined.ts';
import { moduleOf } from '../soap/contract/generate.ts';
import { type ReadContract, readContract } from '../soap/contract/read/read-contract.ts';
import { differencesToSoap } from '../soap/contract/read/second-judge.ts';
import { tableFunctions } from '../soap/contract/write/write-module.ts';
import { adapterFolder, copyContract, freePorts, mappingFile, takenTypes } from './adopted-files.ts';
import { compareContracts } from './diff/compare-contracts.ts';
import { writeDiff } from './diff/write-diff.ts';
import { draftMapping } from './mapping/draft.ts';
import { contractFile, readMapping } from './mapping/read-mapping.ts';
import { writeDraft } from './mapping/write-draft.ts';
import { factsOf } from './report/facts.ts';
import { writeReport } from './report/write-report.ts';
import { withEntry } from './skeleton/entry.ts';
import { planOf } from './skeleton/plan.ts';
import { skeletonsOf, writeFiles } from './skeleton/write-skeletons.ts';

export interface AdoptOptions {
  /** The root folder of the repository. */
  readonly root: string;
  /** The name of the subgraph and of its folders. */
  readonly name: string;
  readonly wsdl: URL;
  /** The name of the WSDL's port to use. Null if the WSDL has only one port. */
  readonly port: string | null;
  readonly report: boolean;
  /** Whether `wsdl` is the next release of the adopted contract. If so, the two contracts are only compared. */
  readonly diff: boolean;
  /** Whether to overwrite files that a person has changed. */
  readonly force: boolean;
}

/**
 * Does the next step of adopting a SOAP system. The first run copies the WSDL and drafts its mapping file. Later runs
 * write the skeletons from that file. Resolves to the message for the user. With `report` or `diff`, no file is
 * written, and the message is the report.
 * @throws ContractError if the WSDL is wrong, MappingError if the mapping is wrong, Error for the user's other
 * mistakes.
 */
export async function adopt(options: AdoptOptions): Promise<string> {
  const { root, name, wsdl, port, report, diff } = options;
  const contract = read(wsdl, port);
  if (diff) {
    return compare(options, contract);
  }
  const facts = factsOf(basename(wsdl.pathname), contract);
  if (report) {
    return writeReport(facts);
  }
  const mapping = mappingFile(root, name);
  if (existsSync(mapping)) {
    return await makeSkeletons(options);
  }
  copyContract(wsdl, adapterFolder(root, name));
  const draft = draftMapping(facts, {
    name,
    wsdl: basename(wsdl.pathname),
    takenTypes: takenTypes(root, name),
    ports: freePorts(root),
  });
  writeFileSync(mapping, writeDraft(draft, basename(wsdl.pathname)));
  return `adapters/${name}/mapping.jsonc is drafted. Check what is marked "guess:", then run the command again.`;
}

const read = (wsdl: URL, port: string | null): ReadContract =>
  readContract(wsdl, withoutUndefined({ port: port ?? undefined, reservedNames: tableFunctions }));

/** @throws Error if no system was adopted under the name. */
function compare({ root, name, wsdl, port }: AdoptOptions, next: ReadContract): string {
  const file = mappingFile(root, name);
  if (!existsSync(file)) {
    throw new Error(`adapters/${name}/ has no mapping.jsonc: name the adopted system with --name`);
  }
  const adopted = contractFile(file);
  const old = read(new URL(adopted.wsdl, file), port ?? adopted.port);
  const changes = compareContracts(old, next, readMapping(file, old));
  return writeDiff(basename(wsdl.pathname), changes);
}

async function makeSkeletons({ root, name, force }: AdoptOptions): Promise<string> {
  const file = mappingFile(root, name);
  const { wsdl, port } = contractFile(file);
  const adopted = new URL(wsdl, file);
  const contract = read(adopted, port);
  const mapping = readMapping(file, contract);
  const plan = planOf(mapping, contract, takenTypes(root, name));
  const differences = await differencesToSoap(adopted, contract);
  const exceptions = Object.fromEntries(
    differences.map((difference) => [difference, reasonOf(difference, contract)]),
  );
  const options = { port: contract.port.name };
  const module = await moduleOf(adopted, { options, exceptions, refused: [...contract.refused.keys()] });
  const registry = `${root}/platform/systems.ts`;
  const entries = withEntry(readFileSync(registry, 'utf8'), plan, exceptions);
  const { written, kept } = writeFiles(root, name, skeletonsOf(plan), force);
  writeFileSync(new URL('contract.generated.ts', adopted), module);
  writeFileSync(registry, entries);
  return [
    `${written.length} files are written, and the entry in platform/systems.ts is there.`,
    ...kept.map((path) => `Kept, because somebody has changed it: ${path} (--force overwrites it)`),
    `Next: npm run compose; npx biome check --fix platform/systems.ts; npx tsc; npx vitest run test/contract/${name}; npm start.`,
  ].join('\n');
}

/**
 * Why our parser and the npm package `soap` differ: our parser's error for the operation, or else a note that a person
 * must check.
 */
function reasonOf(difference: string, { refused }: ReadContract): string {
  const error = refused.get(difference.split(':')[0] ?? '');
  return error === undefined ? 'to be checked: npm run adopt has found it' : `refused: ${error.construct}`;
}
