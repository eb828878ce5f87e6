import { pathToFileURL } from 'node:url';
import { XSD } from '../../../adapters/soap/contract/contract-types.ts';
import { readDocuments } from '../../../adapters/soap/contract/read/documents/contract-documents.ts';
import { ContractError } from '../../../adapters/soap/contract/read/documents/contract-error.ts';
import { MalformedDocument, type XmlNode } from '../../../adapters/soap/contract/read/documents/xml-node.ts';
import { type ReadContract, readAllPorts } from '../../../adapters/soap/contract/read/read-contract.ts';
import { tableFunctions, writeModule } from '../../../adapters/soap/contract/write/write-module.ts';

/** The reader's result for one WSDL. */
export interface ContractFigures {
  readonly verdict: Verdict;
  readonly operations: number;
  /** The reasons of the refused operations, without names, or of the whole contract. */
  readonly refusals: readonly string[];
  /** The place of the first refusal. */
  readonly firstRefusal: string | null;
  /** The features of XML Schema and of WSDL that the contract uses, besides elements and sequences. */
  readonly constructs: ReadonlySet<string>;
}

export const verdicts = [
  'whole',
  'partly',
  'encoded only',
  'refused',
  'broken or without its files',
  'no port for SOAP',
] as const;
export type Verdict = (typeof verdicts)[number];

/** Reads the contract, and writes its module, as `npm run generate` does. */
export function figuresOf(path: string): ContractFigures {
  const file = pathToFileURL(path);
  try {
    const ports = readAllPorts(file, { reservedNames: tableFunctions });
    for (const port of ports) {
      writeModule(port, path);
    }
    return { ...portFigures(ports), constructs: constructsOf(file) };
  } catch (error) {
    if (
      !(error instanceof ContractError || error instanceof MalformedDocument || error instanceof TypeError)
    ) {
      throw error;
    }
    const reason = error instanceof ContractError ? withoutNames(error.construct) : 'not well-formed';
    return {
      verdict: 'broken or without its files',
      operations: 0,
      refusals: [reason],
      firstRefusal: error.message,
      constructs: new Set(),
    };
  }
}

function portFigures(ports: readonly ReadContract[]): Omit<ContractFigures, 'constructs'> {
  const operations = ports.reduce((sum, { contract }) => sum + contract.operations.size, 0);
  const errors = ports.flatMap(({ refused }) => [...refused.values()]);
  const refusals = errors.map(({ construct }) => withoutNames(construct));
  return {
    verdict: verdictOf(ports.length, operations, refusals),
    operations,
    refusals,
    firstRefusal: errors[0]?.message ?? null,
  };
}

function verdictOf(ports: number, operations: number, refusals: readonly string[]): Verdict {
  if (ports === 0) {
    return 'no port for SOAP';
  }
  if (refusals.length === 0) {
    return 'whole';
  }
  if (refusals.every((refusal) => refusal.endsWith('/encoded'))) {
    return operations > 0 ? 'partly' : 'encoded only';
  }
  const isBroken = refusals.every((refusal) => /^no \w+/.test(refusal) || refusal.endsWith('/encoded'));
  if (operations > 0) {
    return 'partly';
  }
  return isBroken ? 'broken or without its files' : 'refused';
}

const withoutNames = (construct: string): string =>
  construct.replace(/^(no \w+) .*$/s, '$1').replace(/^\S* is not a value of/, 'a value that is not of');

/** The constructs that say more about a contract than that it has elements and types. */
const telling = new Set(
  (
    'extension restriction simpleContent choice all any anyAttribute group attributeGroup list union pattern ' +
    'enumeration import include redefine key keyref unique'
  ).split(' '),
);
const tellingAttributes = ['abstract', 'nillable', 'substitutionGroup', 'mixed', 'default', 'fixed', 'block'];

function constructsOf(file: URL): ReadonlySet<string> {
  const found = new Set<string>();
  const documents = readDocuments(file);
  const visit = (node: XmlNode): void => {
    if (node.uri === XSD) {
      if (telling.has(node.local)) {
        found.add(node.local);
      }
      for (const name of tellingAttributes) {
        if (![undefined, 'false', ''].includes(node.attribute(name))) {
          found.add(`@${name}`);
        }
      }
    } else if (node.local === 'header' || node.attribute('style') === 'rpc') {
      found.add(node.local === 'header' ? 'SOAP header' : 'style rpc');
    }
    node.children.forEach(visit);
  };
  for (const { node } of documents.schemas) {
    visit(node);
  }
  documents.definitions.forEach(visit);
  return found;
}
