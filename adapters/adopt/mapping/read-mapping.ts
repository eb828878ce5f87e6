import { readFileSync } from 'node:fs';
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parse,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { z } from 'zod';
import type { ReadContract } from '../../soap/contract/read/read-contract.ts';
import { checkMapping } from './check-mapping.ts';
import type { Fault } from './fault.ts';
import { type Mapping, mappingSchema } from './schema.ts';

/** The mapping is wrong. The message has a line for each fault: file, line, property, and what to write. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
}

/**
 * Reads a mapping file, and checks it against the contract.
 * @throws MappingError
 */
export function readMapping(file: URL, contract: ReadContract): Mapping {
  const text = readFileSync(file, 'utf8');
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const location = (offset: number) => `${shortName(file)}:${text.slice(0, offset).split('\n').length}`;
  const [syntax] = errors;
  if (syntax !== undefined || tree === undefined) {
    const what = syntax === undefined ? 'no object' : printParseErrorCode(syntax.error);
    throw new MappingError(`${location(syntax?.offset ?? 0)}: this is not JSON with comments: ${what}`);
  }
  const parsed = mappingSchema.safeParse(getNodeValue(tree));
  const faults = parsed.success ? checkMapping(parsed.data, contract) : faultsIn(parsed.error.issues);
  if (!parsed.success || faults.length > 0) {
    const lines = faults.map(
      ({ path, message }) =>
        `${location(nodeAt(tree, path).offset)}: ${path.map(String).join('.')}: ${message}`,
    );
    throw new MappingError(lines.join('\n'));
  }
  return parsed.data;
}

/** The WSDL and the port that a mapping names. The other properties of the mapping are not read. */
export function contractFile(file: URL): { readonly wsdl: string; readonly port: string | null } {
  const { system } = named.parse(parse(readFileSync(file, 'utf8')));
  return system;
}

const named = z.object({ system: z.object({ wsdl: z.string(), port: z.string().nullable() }) });

const shortName = (file: URL): string => file.pathname.split('/').slice(-2).join('/');

type Issues = NonNullable<ReturnType<typeof mappingSchema.safeParse>['error']>['issues'];

const faultsIn = (issues: Issues): Fault[] =>
  issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        message: 'no such property: take it away',
      }));
    }
    if (issue.code === 'invalid_union') {
      return [{ path: issue.path, message: 'it fits none of the forms: compare it with the draft' }];
    }
    return [{ path: issue.path, message: issue.message }];
  });

/** The syntax node of a property. If the property is absent, the node of the innermost existing object around it. */
function nodeAt(tree: Node, path: readonly PropertyKey[]): Node {
  for (let length = path.length; length > 0; length -= 1) {
    const keys = path.slice(0, length).map((key) => (typeof key === 'symbol' ? String(key) : key));
    const node = findNodeAtLocation(tree, keys);
    if (node !== undefined) {
      return node.parent ?? node;
    }
  }
  return tree;
}
