interface Size {
  readonly types: number;
  readonly subgraphs: number;
  /** The address of every subgraph. */
  readonly url?: string;
}

/**
 * A supergraph with an interface of many types. One subgraph returns objects of all types. Each type has its fields in
 * one of the other subgraphs. The SDL is written as composition would write it, which would take long.
 */
export function wideInterface({ types, subgraphs, url = '' }: Size): string {
  const others = Array.from({ length: subgraphs }, (_, n) => n + 1);
  const all = [0, ...others];
  const inOthers = others.map((n) => `@join__field(graph: S${n})`).join(' ');
  const type = (n: number) => {
    const own = `S${1 + (n % subgraphs)}`;
    const field = (name: string, of: string) => `${name}: ${of} @join__field(graph: ${own})`;
    return `type T${n} implements Node
      @join__implements(graph: S0, interface: "Node") @join__implements(graph: ${own}, interface: "Node")
      @join__type(graph: S0, key: "id") @join__type(graph: ${own}, key: "id")
      { id: ID! ${field('name', 'String')} ${field('next', 'Node')} ${field(`own${n}`, 'Int')} }`;
  };
  return `schema @link(url: "https://specs.apollo.dev/link/v1.0")
    @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
    enum join__Graph { ${all.map((n) => `S${n} @join__graph(name: "s${n}", url: "${url}")`).join(' ')} }
    type Query @join__type(graph: S0) { node: Node nodes: [Node] quick: Int }
    interface Node ${all.map((n) => `@join__type(graph: S${n})`).join(' ')} {
      id: ID! name: String ${inOthers} next: Node ${inOthers} }
    ${Array.from({ length: types }, (_, n) => type(n)).join('\n')}`;
}
