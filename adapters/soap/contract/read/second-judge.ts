import { readFileSync } from 'node:fs';
import { WSDL } from 'soap';
import type { ElementDeclaration } from '../contract-types.ts';
import type { ReadContract } from './read-contract.ts';

/** The facts about one operation on which our parser and node-soap must agree. */
interface Verdict {
  readonly action: string;
  /** The root elements of the request and the reply, as `{namespace}name`. Empty if the Body is empty. */
  readonly input: string;
  readonly output: string;
  /** The names of the request's header blocks. */
  readonly headers: string;
}

/**
 * Compares our reading of a contract with node-soap's: the operations, their actions, root elements and header blocks.
 * node-soap shares no code with our parser. Each difference is a sentence: `GetOrders: action is urn:a, by soap urn:b`.
 */
export async function differencesToSoap(file: URL, { contract, port }: ReadContract): Promise<string[]> {
  const binding = port.binding.node.attribute('name') ?? '';
  let theirs: ReadonlyMap<string, Verdict>;
  try {
    theirs = await verdictsOfSoap(file, binding);
  } catch (error) {
    return [`soap can not read it: ${error instanceof Error ? error.message : String(error)}`];
  }
  const names = new Set([...contract.operations.keys(), ...theirs.keys()]);
  return [...names].flatMap((name) => {
    const operation = contract.operations.get(name);
    const other = theirs.get(name);
    if (operation === undefined || other === undefined) {
      return [`${name}: ${operation === undefined ? 'only by soap' : 'not by soap'}`];
    }
    const own: Verdict = {
      action: operation.soapAction,
      input: rootOf(operation.input),
      output: rootOf(operation.output),
      headers: operation.inputHeaders.map((header) => header.name).join(' '),
    };
    return (['action', 'input', 'output', 'headers'] as const)
      .filter((aspect) => own[aspect] !== other[aspect])
      .map((aspect) => `${name}: ${aspect} is ${own[aspect]}, by soap ${other[aspect]}`);
  });
}

const rootOf = (element: ElementDeclaration | null): string =>
  element === null ? '' : `{${element.namespace}}${element.name}`;

/** Stops node-soap from reading imported documents from the network. */
const noHttpClient: NonNullable<ConstructorParameters<typeof WSDL>[2]['httpClient']> = {
  request(_url, _data, callback) {
    callback(new Error('a document on the network'));
    // node-soap ignores the promise.
    return Promise.withResolvers<never>().promise;
  },
};

type Definitions = WSDL['definitions'];
type Method = Definitions['bindings'][string]['methods'][string];
type Node = Pick<Definitions['children'][number], 'children'>;

async function verdictsOfSoap(file: URL, binding: string): Promise<ReadonlyMap<string, Verdict>> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // node-soap's cache of WSDLs is off, because all clients in the process share it.
  const options = { disableCache: true, httpClient: noHttpClient };
  const wsdl = new WSDL(readFileSync(file, 'utf8'), file.pathname, options);
  wsdl.onReady((error: Error | null | undefined) => (error ? reject(error) : resolve()));
  await promise;
  const { definitions } = wsdl;
  const methods = definitions.bindings[binding]?.methods ?? {};
  return new Map(
    Object.entries(methods).map(([name, method]) => [
      name,
      {
        action: method.soapAction ?? '',
        input: rootOfSoap(method.input),
        output: rootOfSoap(method.output),
        headers: headersOfSoap(method, definitions),
      },
    ]),
  );
}

/** node-soap keeps attributes as properties with a `$` before their names. */
function attributeOf(node: object | null | undefined, name: string): string {
  const value: unknown = node == null ? undefined : Reflect.get(node, name);
  return typeof value === 'string' ? value : '';
}

const rootOfSoap = (message: object | null | undefined): string => {
  const name = attributeOf(message, '$name');
  return name === '' ? '' : `{${attributeOf(message, 'targetNamespace')}}${name}`;
};

function headersOfSoap({ inputSoap }: Method, definitions: Definitions): string {
  const headers = childrenOf(inputSoap).filter(({ name }) => name === 'header');
  return headers
    .map((header) => {
      const message = definitions.messages[local(attributeOf(header, '$message'))];
      const part = childrenOf(message).find(
        (child) => attributeOf(child, '$name') === attributeOf(header, '$part'),
      );
      return local(attributeOf(part, '$element'));
    })
    .join(' ');
}

/** If there are no children, node-soap leaves out the array. */
const childrenOf = (node: Node | null | undefined): Definitions['children'] => node?.children ?? [];

const local = (qName: string): string => qName.slice(qName.indexOf(':') + 1);
