import type { ElementDeclaration, TypesByName } from '../../../adapters/soap/contract/contract-types.ts';
import { readDocuments } from '../../../adapters/soap/contract/read/documents/contract-documents.ts';
import type { ContractError } from '../../../adapters/soap/contract/read/documents/contract-error.ts';
import { reachableTypes } from '../../../adapters/soap/contract/read/reachable-types.ts';
import { SchemaParser } from '../../../adapters/soap/contract/read/schema/schema-parser.ts';

/** An element of a schema, with the types that a document can name. */
export interface ReadRoot {
  readonly root: ElementDeclaration;
  readonly types: TypesByName;
}

/**
 * Reads an element at the top level of a schema, and everything that it can contain.
 *
 * @throws {ContractError} It reaches something that is not supported.
 */
export function readRoot(file: URL, name: string, reserved: Iterable<string> = []): ReadRoot {
  const documents = readDocuments(file);
  const schemas = new SchemaParser(documents, reserved);
  schemas.readAll();
  const [document] = documents.schemas;
  if (document === undefined) {
    throw new Error('no schema');
  }
  const prefix = 't';
  const root = schemas.element(`${prefix}:${name}`, { node: document.node, document });
  schemas.finish();
  const reached = reachableTypes([root], schemas.types.values(), () => false);
  const failure: ContractError | undefined = [...reached]
    .map((type) => schemas.failures.get(type))
    .find((error) => error !== undefined);
  if (failure !== undefined) {
    throw failure;
  }
  return { root, types: schemas.types };
}
