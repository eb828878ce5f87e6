import { type ElementDeclaration, type TypesByName, XSI } from '../../contract/contract-types.ts';
import { ElementEncoders } from './element-encoders.ts';
import { Unencodable } from './encode-error.ts';
import { Prefixes } from './prefixes.ts';

/**
 * Compiles the encoder of one message. The encoder writes the elements in the order of the contract, and rejects keys
 * that the contract doesn't have. It declares the namespaces at the root, so that the XML can be put into any envelope.
 * `types` are the types that the message may name with `xsi:type`.
 *
 * The WSDL of PRS declares `FindPatron` as a choice of `HKID` and `BIRTH_CERT_NO`, both unqualified strings:
 *
 *     const encode = compileEncoder(contract.operations.get('FindPatron').input);
 *     encode({ HKID: 'A123456(3)' })
 *     // <m:FindPatron xmlns:m="urn:library:prs:2004" xmlns:xsi="…"><HKID>A123456(3)</HKID></m:FindPatron>
 *     encode({})
 *     // EncodeError: FindPatron: expected exactly one of HKID, BIRTH_CERT_NO
 */
export function compileEncoder(
  root: ElementDeclaration,
  types: TypesByName = new Map(),
): (value: unknown) => string {
  const prefixes = new Prefixes(root, types);
  const encoders = new ElementEncoders(prefixes, types);
  const encode = encoders.element(root, `${prefixes.declarations} xmlns:xsi="${XSI}"`);
  return (value) => {
    encoders.begin();
    try {
      return encode(value);
    } catch (error) {
      throw error instanceof Unencodable ? error.toEncodeError(root.name) : error;
    }
  };
}
