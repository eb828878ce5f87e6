/**
 * Tables for encoding and decoding: the subset of XML Schema that the vendors' WSDLs use. `read-wsdl.ts` makes them from
 * a WSDL and has an example. `npm run generate` writes them into each adapter's `contract.generated.ts`.
 */

/** In our values, `long` is a bigint, `int` a number, `boolean` a boolean; `string` and `dateTime` are strings. */
export type Primitive = 'string' | 'boolean' | 'int' | 'long' | 'dateTime';

export interface AtomicType {
  readonly kind: 'atomic';
  /** The type's name for messages, such as `PatronNo`, or the primitive's own name. */
  readonly name: string;
  readonly primitive: Primitive;
  /** The allowed values. Null if every value is allowed. */
  readonly enumeration: ReadonlySet<string> | null;
  /** Each pattern must match the whole value. */
  readonly patterns: readonly SchemaPattern[];
}

export interface SchemaPattern {
  /** The pattern as written in the schema. */
  readonly source: string;
  readonly regExp: RegExp;
}

/** A list of values, separated by white space in one text. */
export interface ListType {
  readonly kind: 'list';
  readonly name: string;
  readonly item: AtomicType;
}

export interface AttributeDeclaration {
  readonly name: string;
  readonly type: AtomicType;
  readonly required: boolean;
}

export type SchemaType = AtomicType | ListType | ComplexType;

export interface ComplexType {
  readonly kind: 'complex';
  /** Null for an anonymous type inside an element. */
  readonly name: string | null;
  /** `sequence`: the elements come in their order. `choice`: exactly one of the elements comes. */
  readonly compositor: 'sequence' | 'choice';
  /** No two elements have the same name. */
  readonly elements: readonly ElementDeclaration[];
  /** No attribute has the name of an element. */
  readonly attributes: readonly AttributeDeclaration[];
}

export interface ElementDeclaration {
  readonly name: string;
  /** Empty if the element's name is unqualified. */
  readonly namespace: string;
  readonly type: SchemaType;
  readonly nillable: boolean;
  readonly minOccurs: number;
  /** `Infinity` for the schema's `unbounded`. */
  readonly maxOccurs: number;
}

/**
 * Whether an element can occur more than once. In our values such an element is an array, which is empty if the element
 * doesn't occur.
 */
export const isRepeated = (element: ElementDeclaration): boolean => element.maxOccurs > 1;

export type SoapVersion = '1.1' | '1.2';

export interface Operation {
  readonly name: string;
  readonly soapAction: string;
  readonly input: ElementDeclaration;
  readonly output: ElementDeclaration;
  /** The vendor's element in the detail of a fault. Null if the contract has none. */
  readonly fault: ElementDeclaration | null;
}

export interface Contract {
  readonly namespace: string;
  readonly soapVersion: SoapVersion;
  /** The operations by their name. */
  readonly operations: ReadonlyMap<string, Operation>;
}

export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
