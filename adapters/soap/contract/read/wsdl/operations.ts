import type { ElementDeclaration, SoapOperation } from '../../contract-types.ts';
import { ContractError } from '../documents/contract-error.ts';
import type { XmlNode } from '../documents/xml-node.ts';
import { at } from '../schema/context.ts';
import { Names } from '../schema/names.ts';
import type { SchemaParser } from '../schema/schema-parser.ts';
import type { Definitions } from './definitions.ts';
import { faultElement, type Message, type MessageContext, readMessage } from './messages.ts';
import type { SoapPort } from './ports.ts';

/** The namespaces of WS-Addressing's actions in a WSDL. */
const addressing = [
  'http://www.w3.org/2007/05/addressing/metadata',
  'http://www.w3.org/2006/05/addressing/wsdl',
];

/** The operations of a port that could be read, and the errors of the others. */
export interface ReadOperations {
  readonly operations: ReadonlyMap<string, SoapOperation>;
  readonly refused: Map<string, ContractError>;
}

export function readOperations(
  port: SoapPort,
  definitions: Definitions,
  schemas: SchemaParser,
): ReadOperations {
  const operations = new Map<string, SoapOperation>();
  const refused = new Map<string, ContractError>();
  // A WSDL may have several operations of one name, with different messages. Each gets a name of its own here.
  const names = new Names();
  for (const node of port.binding.node.all('operation')) {
    const name = names.take(node.attribute('name') ?? '');
    try {
      operations.set(name, readOperation(name, node, port, definitions, schemas));
    } catch (error) {
      if (!(error instanceof ContractError)) {
        throw error;
      }
      refused.set(name, error);
    }
  }
  return { operations, refused };
}

function readOperation(
  name: string,
  node: XmlNode,
  port: SoapPort,
  definitions: Definitions,
  schemas: SchemaParser,
): SoapOperation {
  const { binding, soap } = port;
  const portType = definitions.find('portType', binding.node.attribute('type') ?? '', binding.node);
  const wsdlName = node.attribute('name') ?? '';
  const abstract = portType.node.all('operation').find((candidate) => isSame(candidate, node));
  if (abstract === undefined) {
    throw new ContractError(`the port type has no operation ${wsdlName}`, node);
  }
  const soapOperation = node.children.find(({ local, uri }) => local === 'operation' && uri === soap.uri);
  const style = soapOperation?.attribute('style') ?? soap.attribute('style') ?? 'document';
  const context: MessageContext = {
    definitions,
    schemas,
    style: style === 'rpc' ? 'rpc' : 'document',
    soapNamespace: soap.uri,
  };
  const read = (direction: 'input' | 'output', wrapper: string): Message | null => {
    const declaration = abstract.first(direction);
    const bound = node.first(direction);
    if (declaration === undefined) {
      return null;
    }
    if (bound === undefined) {
      throw new ContractError(`the binding has no ${direction}`, node);
    }
    return readMessage(at(declaration, portType), bound, wrapper, context);
  };
  const input = read('input', wsdlName);
  const output = read('output', `${wsdlName}Response`);
  if (input === null) {
    throw new ContractError('an operation without a request', abstract);
  }
  return {
    name,
    soapAction: soapOperation?.attribute('soapAction') ?? '',
    input: input.body,
    output: output?.body ?? null,
    isOneWay: output === null,
    inputHeaders: input.headers,
    outputHeaders: output?.headers ?? [],
    faults: faultsOf(abstract, node, context, at(abstract, portType)),
    replyAction:
      addressing
        .map((uri) => abstract.first('output')?.attribute(`{${uri}}Action`))
        .find((action) => action !== undefined) ?? null,
  };
}

/**
 * Whether both nodes are the same operation. Operations that share a name are distinguished by the names of their
 * requests.
 */
function isSame(abstract: XmlNode, bound: XmlNode): boolean {
  const input = bound.first('input')?.attribute('name');
  const abstractInput = abstract.first('input')?.attribute('name');
  return (
    abstract.attribute('name') === bound.attribute('name') &&
    (input === undefined || abstractInput === undefined || input === abstractInput)
  );
}

function faultsOf(
  abstract: XmlNode,
  bound: XmlNode,
  context: MessageContext,
  from: ReturnType<typeof at>,
): ElementDeclaration[] {
  const encoded = bound
    .all('fault')
    .flatMap(({ children }) => children)
    .find((fault) => fault.attribute('use') === 'encoded');
  if (encoded !== undefined) {
    throw new ContractError(`${context.style}/encoded`, encoded);
  }
  const faults = abstract.all('fault').map((fault) => faultElement(at(fault, from), context));
  // Several faults can have the same element. Each element is listed once.
  const byName = new Map(faults.map((fault) => [`{${fault.namespace}}${fault.name}`, fault]));
  return [...byName.values()];
}
