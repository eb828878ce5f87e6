import type { NamespaceConstraint } from '../../contract-types.ts';
import { except, only } from '../../tables/complex.ts';
import type { Component } from './components.ts';

/** Reads the attribute `namespace` of `xsd:any` or `xsd:anyAttribute`: XML Schema part 1, section 3.10. */
export function constraintOf({ node, document }: Component): NamespaceConstraint {
  const own = document.namespace;
  const written = node.attribute('namespace') ?? '##any';
  if (written === '##any') {
    return except();
  }
  if (written === '##other') {
    return except(...new Set([own, '']));
  }
  const namespaces = written
    .split(' ')
    .map((word) => (word === '##targetNamespace' ? own : word === '##local' ? '' : word));
  return only(...new Set(namespaces));
}

/** Allows every namespace that at least one of the two allows. */
export function unionOf(a: NamespaceConstraint, b: NamespaceConstraint): NamespaceConstraint {
  if (a.kind === 'only' && b.kind === 'only') {
    return only(...new Set([...a.namespaces, ...b.namespaces]));
  }
  if (a.kind === 'except' && b.kind === 'except') {
    return except(...a.namespaces.filter((uri) => b.namespaces.includes(uri)));
  }
  const [excepted, listed] = a.kind === 'except' ? [a, b] : [b, a];
  return except(...excepted.namespaces.filter((uri) => !listed.namespaces.includes(uri)));
}

/** Allows every namespace that both allow. */
export function intersectionOf(a: NamespaceConstraint, b: NamespaceConstraint): NamespaceConstraint {
  if (a.kind === 'only' && b.kind === 'only') {
    return only(...a.namespaces.filter((uri) => b.namespaces.includes(uri)));
  }
  if (a.kind === 'except' && b.kind === 'except') {
    return except(...new Set([...a.namespaces, ...b.namespaces]));
  }
  const [excepted, listed] = a.kind === 'except' ? [a, b] : [b, a];
  return only(...listed.namespaces.filter((uri) => !excepted.namespaces.includes(uri)));
}
