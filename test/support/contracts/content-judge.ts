import { treeDecoder } from '../../../adapters/soap/codec/decode/leaf-decoders.ts';
import { readXml } from '../../../adapters/soap/codec/read-xml.ts';
import {
  type ComplexType,
  type ElementDeclaration,
  type Particle,
  type SchemaType,
  type TypesByName,
  type XmlTree,
  XSI,
} from '../../../adapters/soap/contract/contract-types.ts';
import { typeNamed } from '../../../adapters/soap/contract/derivation.ts';
import { allows, leavesOf, particlesOf } from '../../../adapters/soap/contract/particles.ts';
import { defaultLimits } from '../../../adapters/soap/policy/limits.ts';

/**
 * Whether all elements of a message stand where the tables allow them, judged by JavaScript's regular expressions: each
 * element is a letter, and each content an expression over letters. It decides where libxml2 and the decoder differ about
 * counts in groups, which libxml2 gets wrong in some groups in groups.
 */
export function hasValidContent(xml: string, root: ElementDeclaration, types: TypesByName): boolean {
  const trees: XmlTree[] = [];
  readXml(xml, (tag) => treeDecoder(tag, 0, (tree) => trees.push(tree)), defaultLimits);
  return trees.every((tree) => isValid(tree, root.type, types));
}

function isValid(tree: XmlTree, declared: SchemaType, types: TypesByName): boolean {
  const type = namedType(tree, types) ?? declared;
  if (type.kind !== 'complex' || tree.attributes[`{${XSI}}nil`] === 'true') {
    return true;
  }
  const children = tree.children.filter((child) => typeof child !== 'string');
  if (!hasValidChildren(children, type)) {
    return false;
  }
  const leaves = leavesOf(particlesOf(type));
  return children.every((child) => {
    const leaf = leaves.find((candidate) => candidate.kind === 'element' && nameOf(candidate) === child.name);
    return leaf?.kind !== 'element' || isValid(child, leaf.type, types);
  });
}

/** Prefixes of messages here begin with `m` for the schema's own namespace. */
function namedType(tree: XmlTree, types: TypesByName): SchemaType | undefined {
  const local = tree.attributes[`{${XSI}}type`]?.split(':')[1];
  return local === undefined
    ? undefined
    : ['urn:main', 'urn:other']
        .map((uri) => typeNamed(`{${uri}}${local}`, types))
        .find((type) => type !== undefined);
}

const nameOf = ({ name, namespace }: { readonly name: string; readonly namespace: string }): string =>
  namespace === '' ? name : `{${namespace}}${name}`;

function hasValidChildren(children: readonly XmlTree[], type: ComplexType): boolean {
  const particles = particlesOf(type);
  const names = [...new Set(children.map(({ name }) => name))];
  const letterOf = (index: number) => String.fromCharCode(0x4e00 + index);
  const expressionOf = (particle: Particle): string => {
    const count = `{${particle.minOccurs},${particle.maxOccurs === Number.POSITIVE_INFINITY ? '' : particle.maxOccurs}}`;
    if (particle.kind === 'group' && particle.compositor === 'all') {
      return allExpression(particle.particles.map((member) => [member, expressionOf(member)] as const));
    }
    if (particle.kind === 'group') {
      const inside = particle.particles.map(expressionOf);
      return `(?:${inside.join(particle.compositor === 'sequence' ? '' : '|')})${count}`;
    }
    const letters = names
      .map((name, index) => ({ name, letter: letterOf(index) }))
      .filter(({ name }) =>
        particle.kind === 'element'
          ? name === nameOf(particle)
          : allows(particle.allowed, /^\{(.*)\}/.exec(name)?.[1] ?? ''),
      );
    return `(?:[${letters.map(({ letter }) => letter).join('')}])${count}`;
  };
  const separator = type.content.kind === 'choice' ? '|' : '';
  const expression = new RegExp(`^(?:${particles.map(expressionOf).join(separator)})$`);
  return expression.test(children.map(({ name }) => letterOf(names.indexOf(name))).join(''));
}

/** Each member at most once, in any order. It is all of a content. */
function allExpression(members: readonly (readonly [Particle, string])[]): string {
  const conditions = members.map(([member, expression]) => {
    const once = expression.replace(/\{0,1\}$|\{1,1\}$/, '');
    return `(?!.*${once}.*${once})${member.minOccurs > 0 ? `(?=.*${once})` : ''}`;
  });
  return `${conditions.join('')}(?:${members.map(([, expression]) => expression).join('|')}){0,}`;
}
