import type { SoapVersion } from '../../contract-types.ts';
import type { XmlNode } from '../documents/xml-node.ts';
import type { Component } from '../schema/components.ts';
import type { Definitions } from './definitions.ts';

/** A port of the WSDL that uses SOAP over HTTP. */
export interface SoapPort {
  /** The port's name. The binding's name if no service has a port for SOAP. */
  readonly name: string;
  readonly version: SoapVersion;
  readonly binding: Component;
  /** The binding's own SOAP node. The binding's other SOAP nodes are in the same namespace. */
  readonly soap: XmlNode;
  /** The address in the contract. Null if it has none. */
  readonly address: string | null;
}

const versions: Readonly<Record<string, SoapVersion>> = {
  'http://schemas.xmlsoap.org/wsdl/soap/': '1.1',
  'http://schemas.xmlsoap.org/wsdl/soap12/': '1.2',
};

/**
 * All ports for SOAP over HTTP, in the order of the WSDL. If there are none, each binding for SOAP over HTTP counts as
 * a port without an address.
 */
export function portsOf(definitions: Definitions): SoapPort[] {
  const ports = definitions.services
    .flatMap((service) => service.all('port'))
    .flatMap((node) => {
      const binding = definitions.find('binding', node.attribute('binding') ?? '', node);
      const address = node.children.find(({ local }) => local === 'address')?.attribute('location');
      return soapPort(node.attribute('name') ?? '', binding, address ?? null);
    });
  return ports.length > 0
    ? ports
    : definitions.bindings.flatMap((binding) =>
        soapPort(binding.node.attribute('name') ?? '', binding, null),
      );
}

function soapPort(name: string, binding: Component, address: string | null): SoapPort[] {
  const soap = binding.node.children.find(({ local, uri }) => local === 'binding' && uri in versions);
  const version = versions[soap?.uri ?? ''];
  if (soap === undefined || version === undefined || !/http/i.test(soap.attribute('transport') ?? 'http')) {
    return [];
  }
  return [{ name, version, binding, soap, address }];
}
