import { XmlDocument, XmlElement, XmlError, XmlValidateError, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';

/** libxml2's verdict on messages, by schemas in several files. Neither adapters nor simulators use libxml2. */
export interface SchemaJudge extends Disposable {
  /** What is wrong with an element, which stands alone or inside other elements; empty if it is valid. */
  problems(xml: string): string[];
}

/** In an envelope, the element in the detail of its fault, or else the element in its body. */
const body = '*[local-name()="Body"]/*';
const detail = `${body}[local-name()="Fault"]/*[local-name()="Detail"]/*`;

let isRegistered = false;

/**
 * The judge of the schemas in some files, by their namespaces.
 *
 * @throws Error if libxml2 does not accept them
 */
export function schemaJudge(files: readonly (readonly [namespace: string, file: URL])[]): SchemaJudge {
  if (!isRegistered) {
    xmlRegisterFsInputProviders();
    isRegistered = true;
  }
  const imports = files.map(
    ([namespace, file]) => `<xs:import namespace="${namespace}" schemaLocation="${file.pathname}"/>`,
  );
  const text = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">${imports.join('')}</xs:schema>`;
  const schema = XmlDocument.fromString(text, { url: new URL('judge.xsd', files[0]?.[1]).pathname });
  let validator: XsdValidator;
  try {
    validator = XsdValidator.fromDoc(schema);
  } catch (error) {
    schema.dispose();
    throw error;
  }
  return {
    problems: (xml) => problemsOf(xml, validator),
    [Symbol.dispose]: () => {
      validator.dispose();
      schema.dispose();
    },
  };
}

function problemsOf(xml: string, validator: XsdValidator): string[] {
  let document: XmlDocument;
  try {
    document = XmlDocument.fromString(xml);
  } catch (error) {
    return [`not well-formed: ${error instanceof XmlError ? error.message.trim() : String(error)}`];
  }
  using parsed = document;
  const { root } = parsed;
  const payload = root.name === 'Envelope' ? (root.get(detail) ?? root.get(body)) : root;
  if (!(payload instanceof XmlElement)) {
    return ['no payload'];
  }
  try {
    validator.validate(payload);
    return [];
  } catch (error) {
    if (!(error instanceof XmlValidateError)) {
      throw error;
    }
    return error.details.map(({ message }) => message.trim());
  }
}
