import type { ElementDeclaration, Particle, SchemaType, TypesByName } from '../../contract/contract-types.ts';
import { derives } from '../../contract/derivation.ts';
import { particlesOf } from '../../contract/particles.ts';

/** Returns the types that can stand where `declared` is expected, without `declared` itself. */
export const derivedFrom = (declared: SchemaType, types: TypesByName): SchemaType[] =>
  [...types.values()].filter((type) => type !== declared && derives(type, declared));

/** The namespaces and types for which a message may need a prefix. */
interface Reached {
  /** The namespaces of elements and attributes, in the order in which they are found. */
  readonly namespaces: ReadonlySet<string>;
  /** The types that the message may name with `xsi:type`. */
  readonly named: ReadonlySet<SchemaType>;
}

/** Collects the namespaces and the types from everything that a message with this root element can contain. */
export function reachableFrom(root: ElementDeclaration, types: TypesByName): Reached {
  const namespaces = new Set([root.namespace]);
  const named = new Set<SchemaType>();
  const visited = new Set<SchemaType>();
  const visitParticle = (particle: Particle): void => {
    if (particle.kind === 'group') {
      particle.particles.forEach(visitParticle);
    } else if (particle.kind === 'element') {
      namespaces.add(particle.namespace);
      visit(particle.type);
    }
  };
  const visit = (type: SchemaType): void => {
    if (visited.has(type) || (type.kind !== 'complex' && type.kind !== 'any')) {
      return;
    }
    visited.add(type);
    if (type.kind === 'complex') {
      for (const attribute of type.attributes) {
        namespaces.add(attribute.namespace);
      }
      particlesOf(type).forEach(visitParticle);
    }
    if (type.kind === 'any' || type.isPolymorphic) {
      for (const derived of derivedFrom(type, types)) {
        named.add(derived);
        visit(derived);
      }
    }
  };
  visitParticle(root);
  namespaces.delete('');
  return { namespaces, named };
}
