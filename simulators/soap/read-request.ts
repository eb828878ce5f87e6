import { isUtf8 } from 'node:buffer';
import type { Contract } from './contract.ts';
import { InvalidRequest } from './invalid-request.ts';
import { openEnvelope } from './read-envelope.ts';
import { refuse, validElement } from './read-payload.ts';
import { clark, readXml, type XmlElement } from './xml.ts';

/** A request that is valid against the WSDL, except for `excess`. */
export interface SoapRequest {
  readonly operation: string;
  readonly soapAction: string;
  readonly payload: XmlElement;
  readonly headers: readonly XmlElement[];
  /**
   * The name of a repeatable element that occurs more often than its `maxOccurs`. Null if there is none. The request is
   * not rejected for this, because each vendor answers it differently.
   */
  readonly excess: string | null;
}

/**
 * Reads one request. The request must be UTF-8 and XML that SOAP allows. It must have one envelope, one body, and one
 * operation of the contract. The caller bounds the size of `body`.
 * @throws InvalidRequest for the first problem.
 */
export function readRequest(body: Buffer, contract: Contract, understood: ReadonlySet<string>): SoapRequest {
  if (!isUtf8(body)) {
    throw new InvalidRequest('envelope', 'the request is not UTF-8');
  }
  const { root, problem } = readXml(body.toString('utf8'));
  if (root === null) {
    throw new InvalidRequest('envelope', problem ?? 'no element');
  }
  const { headers, body: content } = openEnvelope(root, contract.version, understood);
  const [element, another] = content.children;
  const operation = element?.uri === contract.namespace ? contract.operations.get(element.local) : undefined;
  try {
    if (element !== undefined && operation === undefined) {
      throw refuse(`${clark(element.uri, element.local)} is no operation of this service`);
    }
    if (problem !== null) {
      throw new InvalidRequest(operation === undefined ? 'envelope' : 'body', problem);
    }
    if (element === undefined || operation === undefined) {
      throw refuse('an empty Body');
    }
    if (another !== undefined) {
      throw refuse('a Body with more than one element');
    }
    const excesses: string[] = [];
    const payload = validElement(operation.input, element, {
      types: contract.types,
      onExcess: (local) => excesses.push(local),
    });
    if (payload === null) {
      throw refuse(`${element.local} is xsi:nil`);
    }
    const { name, soapAction } = operation;
    return { operation: name, soapAction, payload, headers, excess: excesses[0] ?? null };
  } catch (error) {
    if (error instanceof InvalidRequest) {
      error.operation = operation?.name ?? null;
      error.headers = headers;
    }
    throw error;
  }
}
