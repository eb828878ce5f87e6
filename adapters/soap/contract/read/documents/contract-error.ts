import type { XmlNode } from './xml-node.ts';

/** Something in a contract is wrong or not supported. The message begins with file and line. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  /** What is wrong, without file and line. */
  readonly construct: string;

  constructor(construct: string, node: XmlNode) {
    super(`${node.file}:${node.line}: ${construct}`);
    this.construct = construct;
  }
}
