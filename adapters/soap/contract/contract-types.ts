/**
 * Tables for encoding and decoding. They contain what the codec needs of a contract. `read/read-contract.ts` makes them
 * from a WSDL and its schemas. `npm run generate` writes them into each adapter's `contract.generated.ts`.
 */

/**
 * How a simple type of XML Schema is represented in JavaScript. `boolean` is a boolean. `int`, `float` and `double` are
 * numbers. `long` is a bigint, for whole numbers of any size. Binary types are bytes. `QName` is `{namespace}local`.
 * All others are strings: dates and numbers with decimals keep the text of the document.
 */
export type Primitive =
  | 'string'
  | 'boolean'
  | 'int'
  | 'long'
  | 'decimal'
  | 'float'
  | 'double'
  | 'duration'
  | 'dateTime'
  | 'date'
  | 'time'
  | 'gYearMonth'
  | 'gYear'
  | 'gMonthDay'
  | 'gDay'
  | 'gMonth'
  | 'hexBinary'
  | 'base64Binary'
  | 'anyURI'
  | 'QName';

export type AtomicValue = string | boolean | number | bigint | Uint8Array;

/** How the white space of a text is normalized before the text is read: XML Schema part 2, section 4.3.6. */
export type WhiteSpace = 'preserve' | 'replace' | 'collapse';

export type SimpleType = AtomicType | ListType | UnionType;
export type SchemaType = SimpleType | ComplexType | AnyType;

interface Named {
  /** The type's name in the generated module and in messages, such as `PatronNo`. No two types share it. */
  readonly name: string;
}

interface Simple extends Named {
  /** The type that this type restricts, with fewer values. Null for the types of XML Schema itself. */
  readonly base: SimpleType | null;
  /**
   * The allowed values, as the schema writes them. The keys are made by `valueKey`, so that equal values have equal
   * keys. Null if every value is allowed.
   */
  readonly enumeration: ReadonlyMap<string, string> | null;
  /** The whole text must match each of the patterns. */
  readonly patterns: readonly SchemaPattern[];
  /** Null if there are no bounds. Most types have none. */
  readonly bounds: Bounds | null;
}

export interface AtomicType extends Simple {
  readonly kind: 'atomic';
  readonly primitive: Primitive;
  readonly whiteSpace: WhiteSpace;
}

export interface SchemaPattern {
  /** The pattern as written in the schema. Alternatives of one type are joined by `|`. */
  readonly source: string;
  readonly regExp: { test(text: string): boolean };
}

/** All facets except enumeration and patterns. Each is null if the type does not have it. */
export interface Bounds {
  /** Counted in characters of a text, bytes of a binary value, or items of a list. */
  readonly minLength: number | null;
  readonly maxLength: number | null;
  readonly minInclusive: AtomicValue | null;
  readonly maxInclusive: AtomicValue | null;
  readonly minExclusive: AtomicValue | null;
  readonly maxExclusive: AtomicValue | null;
  readonly totalDigits: number | null;
  readonly fractionDigits: number | null;
}

/** A list of values, separated by white space in one text. */
export interface ListType extends Simple {
  readonly kind: 'list';
  readonly item: AtomicType | UnionType;
}

/** A union. A text is read by the first member type that accepts it. */
export interface UnionType extends Simple {
  readonly kind: 'union';
  readonly members: readonly SimpleType[];
}

/**
 * `xsd:anyType`. If the document names a type of the contract with `xsi:type`, the value is an object of that type,
 * with `$type`. Otherwise the value is an `XmlTree`.
 */
export interface AnyType extends Named {
  readonly kind: 'any';
}

export interface AttributeDeclaration {
  readonly key: string;
  readonly name: string;
  /** Empty if the attribute's name is unqualified, as most are. */
  readonly namespace: string;
  readonly type: SimpleType;
  readonly required: boolean;
  readonly constraint: ValueConstraint | null;
}

/** A default or fixed value, as the text in the schema. */
export interface ValueConstraint {
  readonly kind: 'default' | 'fixed';
  readonly text: string;
}

/** The namespaces that `xsd:any` or `xsd:anyAttribute` allows. An empty text stands for "no namespace". */
export interface NamespaceConstraint {
  /** `only`: the listed namespaces. `except`: all namespaces that are not listed. */
  readonly kind: 'only' | 'except';
  readonly namespaces: readonly string[];
}

export interface ComplexType extends Named {
  readonly kind: 'complex';
  readonly content: Content;
  readonly attributes: readonly AttributeDeclaration[];
  /**
   * The namespaces whose attributes are allowed without a declaration. Null if there are none. The attributes' texts
   * are in `$attributes`, by `{namespace}local`.
   */
  readonly anyAttribute: NamespaceConstraint | null;
  /** The type that this type extends or restricts. Null if it is `xsd:anyType`. */
  readonly base: SchemaType | null;
  /** Whether a document must name a derived type with `xsi:type`. */
  readonly isAbstract: boolean;
  /** Whether the contract has types that are derived from this type. A value then names its own type in `$type`. */
  readonly isPolymorphic: boolean;
}

export type Content =
  /** The elements in their order. Each occurs between `minOccurs` and `maxOccurs` times. */
  | { readonly kind: 'sequence'; readonly elements: readonly (ElementDeclaration | Wildcard)[] }
  /** Exactly one of the elements. */
  | { readonly kind: 'choice'; readonly elements: readonly ElementDeclaration[] }
  /** Any other content: nested groups. */
  | { readonly kind: 'group'; readonly group: Group }
  /** Text, as `$value`. */
  | { readonly kind: 'simple'; readonly type: SimpleType }
  /** Text and elements mixed, as trees in `$content`. The trees are not checked. */
  | { readonly kind: 'mixed' };

export type Particle = ElementDeclaration | Wildcard | Group;

export interface Occurring {
  readonly minOccurs: number;
  /** `Infinity` for the schema's `unbounded`. */
  readonly maxOccurs: number;
}

export interface ElementDeclaration extends Occurring {
  readonly kind: 'element';
  /** The key of the element's value. It is the element's name, unless another member of the type has that key. */
  readonly key: string;
  readonly name: string;
  /** Empty if the element's name is unqualified. */
  readonly namespace: string;
  readonly type: SchemaType;
  readonly nillable: boolean;
  readonly constraint: ValueConstraint | null;
}

/** `xsd:any`: elements as `XmlTree`s. The elements are not checked. */
export interface Wildcard extends Occurring {
  readonly kind: 'wildcard';
  readonly key: string;
  /**
   * Always empty. No element has an empty name, so code that looks for an element by its name never finds a wildcard.
   */
  readonly name: '';
  readonly namespace: '';
  readonly allowed: NamespaceConstraint;
}

export interface Group extends Occurring {
  readonly kind: 'group';
  readonly compositor: 'sequence' | 'choice' | 'all';
  /**
   * The key of a group that can occur more than once. Its value is an array with an object for each occurrence. Null
   * for a group that occurs once at most: its members are properties of the enclosing object.
   */
  readonly key: string | null;
  readonly particles: readonly Particle[];
}

/**
 * Whether the particle can occur more than once. If so, its value is an array, which is empty if the particle doesn't
 * occur.
 */
export const isRepeated = (particle: Occurring): boolean => particle.maxOccurs > 1;

/** An element that the contract doesn't describe. Attributes are by name. Names are `{namespace}local`. */
export interface XmlTree {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlTree | string)[];
}

/**
 * A value of `xsd:anyType`. An object with `$type` has the members of that type, or `$value` if that type is simple.
 */
export type AnyValue = XmlTree | { readonly $type: string; readonly [member: string]: unknown };

export type SoapVersion = '1.1' | '1.2';

export interface SoapOperation {
  readonly name: string;
  readonly soapAction: string;
  /** The element in the request's Body. Null for an empty Body. */
  readonly input: ElementDeclaration | null;
  /** The element in the reply's Body. Null for an empty Body, and if there is no reply. */
  readonly output: ElementDeclaration | null;
  /** Whether the system sends no reply. */
  readonly isOneWay: boolean;
  readonly inputHeaders: readonly ElementDeclaration[];
  readonly outputHeaders: readonly ElementDeclaration[];
  /** The vendor's elements in the detail of a fault. */
  readonly faults: readonly ElementDeclaration[];
  /** The reply's action of WS-Addressing. Null where the contract does not say. */
  readonly replyAction: string | null;
}

export interface Contract {
  readonly namespace: string;
  readonly soapVersion: SoapVersion;
  /** The treatment of an element that the contract does not have: the answer is refused, or the element is skipped. */
  readonly unknownElements: 'refused' | 'skipped';
  readonly operations: ReadonlyMap<string, SoapOperation>;
  /** The types that a document may name with `xsi:type`, by `{namespace}local`. */
  readonly types: TypesByName;
}

export type TypesByName = ReadonlyMap<string, SchemaType>;

export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
export const XSD = 'http://www.w3.org/2001/XMLSchema';
