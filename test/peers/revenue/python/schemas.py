"""The vendor's schemas in libxml2, which alone decides what is valid."""

import os

from lxml import etree

import names

_TIDY = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def parse(text: bytes) -> etree._Element:
    """The root of a document. Raises ValueError if it is not well-formed or has a DTD."""
    try:
        root = etree.fromstring(text, _TIDY)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError('a DTD')
    return root


def load_schema(folder: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(os.path.join(folder, 'revenue-messages.xsd')))


def is_valid(schema: etree.XMLSchema, element: etree._Element) -> bool:
    """
    Whether libxml2 takes the element by its global declaration. Attributes of SOAP's own namespace, which any header
    may have, are left out.
    """
    # The text has the prefixes that outer elements declare, and the value of xsi:type may need one of them.
    alone = etree.fromstring(etree.tostring(element, with_tail=False), _TIDY)
    for name in [name for name in alone.attrib if name.startswith('{' + names.SOAP + '}')]:
        del alone.attrib[name]
    return schema.validate(alone)
