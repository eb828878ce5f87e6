import type { ElementDeclaration } from '../../contract-types.ts';
import { complete, declared, element, sequence } from '../../tables/complex.ts';
import { ContractError } from '../documents/contract-error.ts';
import type { XmlNode } from '../documents/xml-node.ts';
import type { Component } from '../schema/components.ts';
import { at } from '../schema/context.ts';
import type { SchemaParser } from '../schema/schema-parser.ts';
import type { Definitions } from './definitions.ts';

/** The definitions and schemas to which the messages of one operation refer, and the format of these messages. */
export interface MessageContext {
  readonly definitions: Definitions;
  readonly schemas: SchemaParser;
  readonly style: 'document' | 'rpc';
  /** The namespace of SOAP's elements in the binding. */
  readonly soapNamespace: string;
}

export interface Message {
  /** Null for an empty Body. */
  readonly body: ElementDeclaration | null;
  readonly headers: readonly ElementDeclaration[];
}

/**
 * Reads a request or a reply. `abstract` is its node in the port type, and `bound` is its node in the binding.
 * `wrapper` is the name of the element around the parts in the style `rpc`.
 *
 * @throws {ContractError} The message has something that is wrong or not supported.
 */
export function readMessage(
  abstract: Component,
  bound: XmlNode,
  wrapper: string,
  context: MessageContext,
): Message {
  const message = context.definitions.find(
    'message',
    abstract.node.attribute('message') ?? '',
    abstract.node,
  );
  const soapNodes = soapNodesOf(bound, context.soapNamespace);
  const body = soapNodes.find(({ local }) => local === 'body');
  refuseEncoded(body, context);
  const headers = soapNodes.filter(({ local }) => local === 'header');
  const parts = bodyParts(message, body, headers);
  return {
    body:
      context.style === 'rpc'
        ? rpcBody(parts, message, body, wrapper, context)
        : documentBody(parts, message, context),
    headers: headers.map((header) => headerElement(header, context)),
  };
}

/**
 * The SOAP nodes of a message in the binding. For a MIME message without SOAP nodes of its own: those inside its MIME
 * parts.
 * @throws {ContractError} The message has an attachment.
 */
function soapNodesOf(bound: XmlNode, soapNamespace: string): XmlNode[] {
  const own = bound.children.filter(({ uri }) => uri === soapNamespace);
  const mime = bound.children.find(({ local }) => local === 'multipartRelated');
  const attachment = mime?.children
    .flatMap(({ children }) => children)
    .find(({ local, uri }) => local === 'content' && uri !== soapNamespace);
  if (attachment !== undefined) {
    throw new ContractError('an attachment of MIME', attachment);
  }
  return own.length > 0 || mime === undefined
    ? own
    : mime.children.flatMap(({ children }) => children).filter(({ uri }) => uri === soapNamespace);
}

function refuseEncoded(node: XmlNode | undefined, { style }: MessageContext): void {
  if (node?.attribute('use') === 'encoded') {
    throw new ContractError(`${style}/encoded`, node);
  }
}

/**
 * The parts of the message that are in the Body: the parts that the Body lists, or without a list all parts that are in
 * no header. A single part is in the Body even if a header names it.
 */
function bodyParts(message: Component, body: XmlNode | undefined, headers: readonly XmlNode[]): XmlNode[] {
  const all = message.node.all('part');
  const listed = body?.attribute('parts');
  if (listed !== undefined) {
    const names = listed.split(' ');
    return all.filter((part) => names.includes(part.attribute('name') ?? ''));
  }
  const name = message.node.attribute('name');
  const inHeaders = headers
    .filter((header) => header.attribute('message')?.split(':').at(-1) === name)
    .map((header) => header.attribute('part'));
  return all.length === 1 ? all : all.filter((part) => !inHeaders.includes(part.attribute('name')));
}

function documentBody(
  parts: readonly XmlNode[],
  message: Component,
  { schemas }: MessageContext,
): ElementDeclaration | null {
  const [part, another] = parts;
  if (part === undefined) {
    return null;
  }
  if (another !== undefined) {
    throw new ContractError('a Body of several parts in the style document', another);
  }
  const reference = part.attribute('element');
  if (reference === undefined) {
    throw new ContractError('a part with a type in the style document', part);
  }
  return schemas.element(reference, at(part, message));
}

function rpcBody(
  parts: readonly XmlNode[],
  message: Component,
  body: XmlNode | undefined,
  wrapper: string,
  { schemas }: MessageContext,
): ElementDeclaration {
  const type = declared(schemas.newName(wrapper));
  const elements = parts.map((part) => {
    const reference = part.attribute('type');
    if (reference === undefined) {
      throw new ContractError('a part with an element in the style rpc', part);
    }
    return element(part.attribute('name') ?? '', '', schemas.typeOf(reference, at(part, message)));
  });
  complete(type, sequence(type.name, elements));
  return element(wrapper, body?.attribute('namespace') ?? message.document.namespace, type);
}

function headerElement(header: XmlNode, context: MessageContext): ElementDeclaration {
  refuseEncoded(header, context);
  const message = context.definitions.find('message', header.attribute('message') ?? '', header);
  const name = header.attribute('part');
  const part = message.node.all('part').find((candidate) => candidate.attribute('name') === name);
  const reference = part?.attribute('element');
  if (part === undefined || reference === undefined) {
    throw new ContractError('a header without an element', header);
  }
  return context.schemas.element(reference, at(part, message));
}

/** The element of a fault's detail. Throws a `ContractError` if the fault's message names no element. */
export function faultElement(fault: Component, { definitions, schemas }: MessageContext): ElementDeclaration {
  const message = definitions.find('message', fault.node.attribute('message') ?? '', fault.node);
  const [part] = message.node.all('part');
  const reference = part?.attribute('element');
  if (part === undefined || reference === undefined) {
    throw new ContractError('a fault without an element', part ?? message.node);
  }
  return schemas.element(reference, at(part, message));
}
