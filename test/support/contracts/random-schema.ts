import { pick } from '../random.ts';

/** A random schema in one to three files, by their names. The first one is `main.xsd`. */
export interface RandomSchema {
  readonly files: ReadonlyMap<string, string>;
  readonly namespace: string;
  /** Whether a group can come more than once. */
  readonly hasRepeatedGroups: boolean;
}

const NAMESPACE = 'urn:main';
const OTHER = 'urn:other';

/** A random schema with one root element, `Root`. libxml2 refuses some of them, such as ambiguous ones. */
export function randomSchema(random: () => number): RandomSchema {
  return new SchemaWriter(random).write();
}

const builtIns = (
  'string normalizedString token language NMTOKEN Name NCName boolean decimal integer nonNegativeInteger ' +
  'positiveInteger negativeInteger long int short byte unsignedLong unsignedInt unsignedShort unsignedByte float ' +
  'double duration dateTime date time gYearMonth gYear gMonthDay gDay gMonth hexBinary base64Binary anyURI QName ' +
  'anySimpleType'
).split(' ');
const patterns = [
  '[A-Z]{1,3}[0-9]{2,4}',
  '\\d{3}(-\\d{2})?',
  '[\\i-[:]][\\c-[:]]{0,5}',
  '(a|b|cd)*x',
  '\\p{Lu}\\p{Ll}+( \\p{Lu}\\p{Ll}+)*',
  '[^Z]{0,6}Z',
  '([a-z]+\\.)+[a-z]{2,4}',
  '[\\w\\s-[\\d]]{1,8}',
  '\\p{IsBasicLatin}{2,5}',
  '.{1,4}',
];

interface WrittenType {
  readonly name: string;
  readonly isText: boolean;
  readonly isAll: boolean;
}

class SchemaWriter {
  readonly #random: () => number;
  readonly #isRepeating: boolean;
  readonly #isQualified: boolean;
  readonly #simpleTypes: string[] = [];
  readonly #complexTypes: WrittenType[] = [];
  readonly #groups: string[] = [];
  readonly #attributeGroups: string[] = [];
  readonly #elements: string[] = [];
  #names = 0;

  constructor(random: () => number) {
    this.#random = random;
    this.#isRepeating = random() < 0.6;
    this.#isQualified = random() < 0.5;
  }

  write(): RandomSchema {
    const parts: string[] = [];
    const times = (most: number, make: () => string) => {
      const count = Math.floor(this.#random() * (most + 1));
      for (let index = 0; index < count; index += 1) {
        parts.push(make());
      }
    };
    times(4, () => this.#namedSimple());
    times(2, () => this.#attributeGroup());
    times(2, () => this.#group());
    times(2, () => this.#globalElement());
    times(5, () => this.#namedComplex());
    times(2, () => this.#globalElement());
    times(2, () => this.#namedComplex());
    parts.push(
      `<xs:element name="Root"${this.#chance(0.2) ? ' nillable="true"' : ''}>${this.#complex(null)}</xs:element>`,
    );
    const isSplit = this.#chance(0.3);
    const included = isSplit ? parts.splice(0, Math.floor(parts.length / 2)) : [];
    const form = this.#isQualified ? ' elementFormDefault="qualified"' : '';
    const open = (target: string) =>
      `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="${NAMESPACE}" xmlns:o="${OTHER}"${target}${form}>`;
    const include = isSplit ? '<xs:include schemaLocation="part.xsd"/>' : '';
    const main =
      `${open(` targetNamespace="${NAMESPACE}"`)}${include}` +
      `<xs:import namespace="${OTHER}" schemaLocation="other.xsd"/>\n${parts.join('\n')}\n</xs:schema>`;
    const files = new Map([
      ['main.xsd', main],
      ['other.xsd', other],
    ]);
    if (isSplit) {
      files.set(
        'part.xsd',
        `${open(` targetNamespace="${NAMESPACE}"`)}<xs:import namespace="${OTHER}" schemaLocation="other.xsd"/>${included.join('\n')}\n</xs:schema>`,
      );
    }
    const all = [...files.values()].join('');
    return {
      files,
      namespace: NAMESPACE,
      hasRepeatedGroups: /<xs:(?:sequence|choice|group)[^>]*maxOccurs="(?!1")/.test(all),
    };
  }

  #chance(likelihood: number): boolean {
    return this.#random() < likelihood;
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }

  #upTo(most: number): number {
    return Math.floor(this.#random() * (most + 1));
  }

  #simpleType(): string {
    return this.#simpleTypes.length > 0 && this.#chance(0.5)
      ? `t:${pick(this.#random, this.#simpleTypes)}`
      : `xs:${pick(this.#random, builtIns)}`;
  }

  #namedSimple(): string {
    const content = this.#simpleContent();
    const name = this.#name('S');
    this.#simpleTypes.push(name);
    return `<xs:simpleType name="${name}">${content}</xs:simpleType>`;
  }

  #simpleContent(): string {
    if (this.#chance(0.12)) {
      const item = pick(this.#random, ['int', 'token', 'date', 'NMTOKEN', 'boolean', 'decimal']);
      return `<xs:list itemType="xs:${item}"/>`;
    }
    if (this.#chance(0.12)) {
      return `<xs:union memberTypes="xs:${pick(this.#random, ['int', 'boolean', 'date'])} xs:${pick(this.#random, ['NMTOKEN', 'time', 'string'])}"/>`;
    }
    const base = pick(
      this.#random,
      builtIns.filter((name) => name !== 'anySimpleType'),
    );
    return `<xs:restriction base="xs:${base}">${this.#facets(base)}</xs:restriction>`;
  }

  #facets(base: string): string {
    const facet = (name: string, value: string | number) => `<xs:${name} value="${value}"/>`;
    const min = this.#upTo(3);
    if (/^(?:string|normalizedString|token|anyURI)$/.test(base)) {
      return pick(this.#random, [
        '',
        facet('maxLength', 5 + this.#upTo(5)),
        facet('minLength', min) + facet('maxLength', min + 1 + this.#upTo(6)),
        ...(base === 'string' || base === 'token'
          ? [
              facet('pattern', pick(this.#random, patterns)),
              facet('pattern', pick(this.#random, patterns)) + facet('pattern', '[0-9]{1,3}'),
              facet('enumeration', 'red') + facet('enumeration', 'dark blue') + facet('enumeration', 'é'),
            ]
          : []),
      ]);
    }
    if (/nteger|long|int|short|byte|unsigned/i.test(base)) {
      const low = /^neg/.test(base) ? -100 : 1;
      const high = /^neg/.test(base) ? -1 : 100;
      return pick(this.#random, [
        '',
        facet('minInclusive', low) + facet('maxInclusive', high),
        facet('minExclusive', low) + facet('maxExclusive', high),
        facet('totalDigits', 2 + this.#upTo(2)),
        facet('enumeration', low) + facet('enumeration', high),
      ]);
    }
    switch (base) {
      case 'decimal':
        return pick(this.#random, [
          '',
          facet('fractionDigits', 2),
          facet('totalDigits', 5) + facet('fractionDigits', 3),
          facet('minInclusive', '0.50') + facet('maxExclusive', '1000'),
          facet('enumeration', '1.50') + facet('enumeration', '2'),
        ]);
      case 'date':
        return pick(this.#random, [
          '',
          facet('minInclusive', '1990-01-01') + facet('maxInclusive', '2030-12-31'),
        ]);
      case 'dateTime':
        return pick(this.#random, [
          '',
          facet('minInclusive', '1990-01-01T00:00:00Z'),
          facet('pattern', '[^Z]+Z'),
        ]);
      case 'double':
        return pick(this.#random, ['', facet('minInclusive', '-10.5'), facet('maxExclusive', '1E5')]);
      case 'hexBinary':
      case 'base64Binary':
        return pick(this.#random, ['', facet('maxLength', 4), facet('length', 2)]);
      default:
        return '';
    }
  }

  #occurs(isGroup: boolean): string {
    if (isGroup && !this.#isRepeating) {
      return this.#chance(0.3) ? ' minOccurs="0"' : '';
    }
    const min = pick(this.#random, [0, 0, 1, 1, 1, 2]);
    const max = pick(this.#random, ['', '', String(Math.max(1, min + this.#upTo(3))), 'unbounded']);
    const shown = max === '' && min > 1 ? String(min) : max;
    return `${min === 1 ? '' : ` minOccurs="${min}"`}${shown === '' ? '' : ` maxOccurs="${shown}"`}`;
  }

  #element(): string {
    const occurs = this.#occurs(false);
    if (this.#elements.length > 0 && this.#chance(0.15)) {
      return `<xs:element ref="t:${pick(this.#random, this.#elements)}"${occurs}/>`;
    }
    if (this.#chance(0.06)) {
      return `<xs:element ref="o:${pick(this.#random, ['Note', 'Thing', 'Shape'])}"${occurs}/>`;
    }
    return this.#declaration(
      this.#chance(0.9) ? this.#name('e') : `e${1 + this.#upTo(this.#names)}`,
      occurs,
      true,
    );
  }

  #declaration(name: string, occurs: string, isLocal: boolean): string {
    const form =
      isLocal && this.#chance(0.08) ? ` form="${pick(this.#random, ['qualified', 'unqualified'])}"` : '';
    const nillable = this.#chance(0.2) ? ' nillable="true"' : '';
    const start = `<xs:element name="${name}"${form}${nillable}${occurs}`;
    const complex = this.#complexTypes.length > 0 && this.#chance(0.35);
    if (complex) {
      return `${start} type="t:${pick(this.#random, this.#complexTypes).name}"/>`;
    }
    if (isLocal && this.#chance(0.1)) {
      return `${start}>${this.#complex(null)}</xs:element>`;
    }
    if (this.#chance(0.08)) {
      return `${start}><xs:simpleType>${this.#simpleContent()}</xs:simpleType></xs:element>`;
    }
    const value =
      nillable === '' && this.#chance(0.06) ? pick(this.#random, [' default="7"', ' fixed="7"']) : '';
    return value === '' ? `${start} type="${this.#simpleType()}"/>` : `${start} type="xs:int"${value}/>`;
  }

  #particle(depth: number): string {
    if (depth < 3 && this.#chance(0.25)) {
      return this.#model(depth + 1, this.#occurs(true));
    }
    if (this.#groups.length > 0 && this.#chance(0.1)) {
      return `<xs:group ref="t:${pick(this.#random, this.#groups)}"${this.#occurs(true)}/>`;
    }
    return this.#element();
  }

  #model(depth: number, occurs: string): string {
    const compositor = pick(this.#random, ['sequence', 'sequence', 'choice']);
    const count = 1 + this.#upTo(3);
    const particles = Array.from({ length: count }, () => this.#particle(depth));
    if (depth === 0 && compositor === 'sequence' && this.#chance(0.1)) {
      particles.push(`<xs:any namespace="##other" processContents="skip"${this.#occurs(false)}/>`);
    }
    return `<xs:${compositor}${occurs}>${particles.join('')}</xs:${compositor}>`;
  }

  #content(): { readonly xml: string; readonly isAll: boolean } {
    if (this.#chance(0.08)) {
      const elements = Array.from({ length: 1 + this.#upTo(3) }, () =>
        this.#declaration(this.#name('e'), this.#chance(0.5) ? ' minOccurs="0"' : '', true),
      );
      return { xml: `<xs:all>${elements.join('')}</xs:all>`, isAll: true };
    }
    return { xml: this.#chance(0.05) ? '' : this.#model(0, this.#occurs(true)), isAll: false };
  }

  #attributes(): string {
    const attributes = Array.from({ length: this.#chance(0.4) ? this.#upTo(3) : 0 }, () => {
      const use = pick(this.#random, ['', '', ' use="required"']);
      const value =
        use === '' && this.#chance(0.15) ? pick(this.#random, [' default="7"', ' fixed="7"']) : '';
      return `<xs:attribute name="${this.#name('a')}" type="${value === '' ? this.#simpleType() : 'xs:int'}"${use}${value}/>`;
    });
    const group =
      this.#attributeGroups.length > 0 && this.#chance(0.2)
        ? `<xs:attributeGroup ref="t:${pick(this.#random, this.#attributeGroups)}"/>`
        : '';
    const any = this.#chance(0.06) ? '<xs:anyAttribute namespace="##other" processContents="skip"/>' : '';
    return attributes.join('') + group + any;
  }

  #attributeGroup(): string {
    const content = `<xs:attribute name="${this.#name('a')}" type="${this.#simpleType()}"/>`;
    const name = this.#name('A');
    this.#attributeGroups.push(name);
    return `<xs:attributeGroup name="${name}">${content}</xs:attributeGroup>`;
  }

  #group(): string {
    const model = this.#model(1, '');
    const name = this.#name('G');
    this.#groups.push(name);
    return `<xs:group name="${name}">${model}</xs:group>`;
  }

  #globalElement(): string {
    const name = this.#name('E');
    const declaration = this.#declaration(name, '', false);
    this.#elements.push(name);
    return declaration;
  }

  #namedComplex(): string {
    const name = this.#name('C');
    const base =
      this.#complexTypes.length > 0 && this.#chance(0.4) ? pick(this.#random, this.#complexTypes) : null;
    const isText = base === null ? this.#chance(0.2) : base.isText;
    const xml = this.#complex(name, base, isText);
    this.#complexTypes.push({ name, isText, isAll: xml.includes('<xs:all>') || (base?.isAll ?? false) });
    return xml;
  }

  #complex(name: string | null, base: WrittenType | null = null, isText = false): string {
    const abstract = name !== null && this.#chance(0.08) ? ' abstract="true"' : '';
    const start = `<xs:complexType${name === null ? '' : ` name="${name}"`}${abstract}>`;
    const attributes = this.#attributes();
    if (isText) {
      const type = base === null ? this.#simpleType() : `t:${base.name}`;
      return `${start}<xs:simpleContent><xs:extension base="${type}">${attributes}</xs:extension></xs:simpleContent></xs:complexType>`;
    }
    if (base !== null) {
      const own = base.isAll ? '' : this.#model(1, this.#occurs(true));
      return `${start}<xs:complexContent><xs:extension base="t:${base.name}">${own}${attributes}</xs:extension></xs:complexContent></xs:complexType>`;
    }
    return `${start}${this.#content().xml}${attributes}</xs:complexType>`;
  }
}

/** A second namespace, with a substitution group and a chameleon. */
const other = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:o="${OTHER}" targetNamespace="${OTHER}"
  elementFormDefault="qualified">
<xs:element name="Note" type="xs:string" nillable="true"/>
<xs:element name="Thing"><xs:complexType><xs:sequence><xs:element name="a" type="xs:int"/>
  <xs:element name="b" type="xs:date" minOccurs="0" form="unqualified"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="Shape" type="o:Shape" abstract="true"/>
<xs:element name="Circle" substitutionGroup="o:Shape" type="o:Circle"/>
<xs:element name="Square" substitutionGroup="o:Shape" type="o:Square"/>
<xs:complexType name="Shape"><xs:attribute name="colour" type="xs:token"/></xs:complexType>
<xs:complexType name="Circle"><xs:complexContent><xs:extension base="o:Shape"><xs:sequence>
  <xs:element name="radius" type="xs:decimal"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
<xs:complexType name="Square"><xs:complexContent><xs:extension base="o:Shape"><xs:sequence>
  <xs:element name="side" type="xs:decimal"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
</xs:schema>`;
