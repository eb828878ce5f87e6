/** The part of XML Schema that the vendors' WSDLs use, as tables for encoding and decoding. `contract.ts` makes them. */

/** `long` is a bigint in our values, `int` a number; all else is as its name says, a dateTime in its own text. */
export type Primitive = 'string' | 'boolean' | 'int' | 'long' | 'dateTime';

export interface AtomicType {
  readonly kind: 'atomic';
  /** As in `PatronNo`, or the primitive's own name. For messages. */
  readonly name: string;
  readonly primitive: Primitive;
  /** The only values there are, or null. */
  readonly enumeration: ReadonlySet<string> | null;
  /** All must match the whole value. */
  readonly patterns: readonly SchemaPattern[];
}

export interface SchemaPattern {
  /** As the schema has it. */
  readonly source: string;
  readonly regExp: RegExp;
}

/** Values parted by white space. */
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

export interface ComplexType {
  readonly kind: 'complex';
  /** Null for one that is an element's own. */
  readonly name: string | null;
  /** `choice`: exactly one of the elements. */
  readonly compositor: 'sequence' | 'choice';
  /** No two of a name. */
  readonly elements: readonly ElementDeclaration[];
  /** None bears the name of an element. */
  readonly attributes: readonly AttributeDeclaration[];
}

export interface ElementDeclaration {
  readonly name: string;
  /** Empty where the element is unqualified. */
  readonly namespace: string;
  readonly type: AtomicType | ListType | ComplexType;
  readonly nillable: boolean;
  readonly minOccurs: number;
  /** `Infinity` where unbounded. */
  readonly maxOccurs: number;
}

/** An element that may stand more than once is an array in our values, empty where there is none. */
export const isRepeated = (element: ElementDeclaration): boolean => element.maxOccurs > 1;

export type SoapVersion = '1.1' | '1.2';

export interface Operation {
  readonly name: string;
  readonly soapAction: string;
  readonly input: ElementDeclaration;
  readonly output: ElementDeclaration;
  /** What the vendor's faults tell in their detail, or null. */
  readonly fault: ElementDeclaration | null;
}

export interface Contract {
  readonly namespace: string;
  readonly soapVersion: SoapVersion;
  readonly operations: ReadonlyMap<string, Operation>;
  /** The schema's named types, in its order; for generating TypeScript. */
  readonly types: readonly (AtomicType | ListType | ComplexType)[];
}

export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
