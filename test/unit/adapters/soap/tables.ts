import { contract as circ } from '../../../../adapters/circulation/contract.generated.ts';
import { contract as cms } from '../../../../adapters/credentials/contract.generated.ts';
import { contract as prs } from '../../../../adapters/patrons/contract.generated.ts';
import { expectedResponse, readEnvelope } from '../../../../adapters/soap/codec/envelope/read-envelope.ts';
import type { SoapResponse } from '../../../../adapters/soap/codec/envelope/soap-response.ts';
import type {
  Contract,
  ElementDeclaration,
  SoapOperation,
} from '../../../../adapters/soap/contract/contract-types.ts';

const file = (path: string): URL => new URL(`../../../../adapters/${path}`, import.meta.url);

export const wsdls = {
  prs: file('patrons/patron-registry.wsdl'),
  cms: file('credentials/card-management.wsdl'),
  circ: file('circulation/circulation.wsdl'),
} as const;

export const contracts: Readonly<Record<keyof typeof wsdls, Contract>> = { prs, cms, circ };

export function operationOf(contract: Contract, name: string): SoapOperation {
  const operation = contract.operations.get(name);
  if (operation === undefined) {
    throw new Error(`no operation ${name}`);
  }
  return operation;
}

/** The element of an operation's request, which all our contracts have. */
export function inputOf(contract: Contract, name: string): ElementDeclaration {
  const { input } = operationOf(contract, name);
  if (input === null) {
    throw new Error(`${name} has no request`);
  }
  return input;
}

/** Every message of every contract, with its name: requests, replies, and the details of faults. */
export const messages: readonly (readonly [
  name: string,
  contract: Contract,
  declaration: ElementDeclaration,
])[] = Object.entries(contracts).flatMap(([system, contract]) => {
  const declarations = [...contract.operations.values()].flatMap(({ input, output, faults }) =>
    [input, output, ...faults].filter((declaration) => declaration !== null),
  );
  // All operations of a contract have the same fault, so equal names are merged.
  const byName = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  return [...byName.values()].map(
    (declaration) => [`${system} ${declaration.name}`, contract, declaration] as const,
  );
});

/** Reads a response to the operation. The limits are small: 64 levels and 1000 elements. */
export function readAnswer(system: keyof typeof contracts, name: string, xml: string): SoapResponse {
  const contract = contracts[system];
  const expected = expectedResponse(contract, operationOf(contract, name));
  return readEnvelope(xml, expected, { maxDepth: 64, maxElements: 1000 });
}
